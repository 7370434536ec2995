import { useTranslation } from 'react-i18next';
import type { TimelineStep } from '../../../../shared/contract/v2/timeline.ts';
import { recovery } from '../../../i18n/en/recovery.ts';
import { useNames } from '../../../ui/names.ts';

type Known<Group extends 'action' | 'question' | 'phase' | 'command'> = keyof (typeof recovery)[Group];

function isKnown<Group extends 'action' | 'question' | 'phase' | 'command'>(
  group: Group,
  word: string,
): word is Known<Group> & string {
  return Object.hasOwn(recovery[group], word);
}

/** What a step does, in the language of the page; what was noted stays as it was written. */
export function useStepTitle(): (step: TimelineStep) => string {
  const { t } = useTranslation('recovery');
  const names = useNames();
  const phaseName = usePhaseName();
  return (step) => {
    const { kind, detail, text } = step;
    switch (kind) {
      case 'note':
        return names.masked ? t('kind.note') : text;
      case 'phase':
        return names.masked ? phaseName(detail) : text;
      case 'perform':
        return isKnown('action', detail) ? t(`action.${detail}`) : names.sentence(text);
      case 'ask':
        return t('kind.ask', { what: isKnown('question', detail) ? t(`question.${detail}`) : detail });
      case 'hooks':
        return t('kind.hooks', { list: detail });
      case 'propose':
        return t('kind.propose', { what: isKnown('command', detail) ? t(`command.${detail}`) : detail });
      default:
        return t(`kind.${kind}`);
    }
  };
}

/** The name of a phase of a recovery. */
export function usePhaseName(): (phase: string) => string {
  const { t } = useTranslation('recovery');
  return (phase) => (isKnown('phase', phase) ? t(`phase.${phase}`) : phase);
}
