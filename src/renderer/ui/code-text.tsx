import { useTranslation } from 'react-i18next';
import { analysisCodeSchema, structureCodeSchema } from '../../shared/contract/v2/codes.ts';
import { StateBadge } from './badges.tsx';
import { codeSeverity } from './severity.ts';

/** What a code of the failure analysis means, in plain words of the page's language; one that is unknown is itself. */
export function useCodeText(): (code: string) => string {
  const { t } = useTranslation('analysis');
  return (code) => {
    const analysis = analysisCodeSchema.safeParse(code);
    if (analysis.success) return t(`code.${analysis.data}`);
    const structure = structureCodeSchema.safeParse(code);
    return structure.success ? t(`structure.${structure.data}`) : code;
  };
}

/** A code as it is spelt everywhere, with its meaning on hover. */
export function CodeBadge({ code }: { readonly code: string }) {
  const text = useCodeText();
  return (
    <StateBadge severity={codeSeverity(code)} title={text(code)}>
      {code}
    </StateBadge>
  );
}
