import { useTranslation } from 'react-i18next';
import { durationText } from '../../ui/times.ts';

/** Numbers as the language of the page groups their digits. */
export function useNumber(): (value: number | bigint) => string {
  const { i18n } = useTranslation();
  const format = new Intl.NumberFormat(i18n.language === 'zh' ? 'zh-CN' : 'en');
  return (value) => format.format(value);
}

/** Of what is known to the second: `0 s`, `4 s`, `3 min 5 s`. */
export function secondsText(seconds: number): string {
  return seconds < 10 ? `${Math.round(seconds)} s` : durationText(seconds * 1000);
}

/** An age by two clocks that need not agree, in ms. */
export function ageText(fromMs: number, nowMs: number): string {
  return secondsText(Math.max(0, nowMs - fromMs) / 1000);
}
