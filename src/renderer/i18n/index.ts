import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../stores/preferences.ts';
import { en } from './en/index.ts';
import { zh } from './zh/index.ts';

/** Starts the texts in a language; the other one is there as well, so that a switch shows at once. */
export function startTexts(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { en, zh },
    defaultNS: 'app',
    interpolation: { escapeValue: false },
    returnNull: false,
    initAsync: false,
  });
  setDocumentLanguage(language);
}

export function setLanguage(language: Language): void {
  void i18next.changeLanguage(language);
  setDocumentLanguage(language);
}

function setDocumentLanguage(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}
