import { useTranslation } from 'react-i18next';

/** Numbers as the language of the page groups their digits. */
export function useNumber(): (value: number | bigint) => string {
  const { i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language === 'zh' ? 'zh-CN' : 'en');
  return (value) => format.format(value);
}
