import { useTranslation } from 'react-i18next';
import { analysisCodeSchema } from '../../../shared/contract/v2/codes.ts';
import { CodeBadge, useCodeText } from '../../ui/code-text.tsx';
import { reactionTo } from './reaction.ts';

/** Every code with its meaning and what is done about it. */
export function CodeList() {
  const { t } = useTranslation('analysis');
  const codeText = useCodeText();
  return (
    <dl className="code-list">
      {analysisCodeSchema.options
        .filter((code) => code !== 'NoProblem')
        .map((code) => (
          <div key={code}>
            <dt>
              <CodeBadge code={code} />
            </dt>
            <dd>
              {codeText(code)} <span className="dim">{t(`reaction.${reactionTo(code)}`)}.</span>
            </dd>
          </div>
        ))}
    </dl>
  );
}
