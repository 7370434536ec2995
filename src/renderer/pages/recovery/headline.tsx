import { IconArrowRight, IconCrown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../shared/contract/v2/timeline.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { clusterTitle } from '../../stores/fleet.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { CodeBadge, useCodeText } from '../../ui/code-text.tsx';
import { useNames } from '../../ui/names.ts';
import type { Severity } from '../../ui/severity.ts';
import { durationText, timeText } from '../../ui/times.ts';
import { DecidedBadge } from '../replay/replay-verdict.tsx';

const OUTCOME: Readonly<Record<RecoveryTimeline['outcome'], Severity>> = {
  running: 'info',
  done: 'ok',
  partial: 'warn',
  undone: 'warn',
  left: 'trouble',
  refused: 'warn',
  failed: 'dead',
  interrupted: 'trouble',
};

export function OutcomeBadge({ outcome }: Pick<RecoveryTimeline, 'outcome'>) {
  const { t } = useTranslation('recovery');
  return (
    <StateBadge severity={OUTCOME[outcome]} title={t(`outcomeText.${outcome}`)}>
      {t(`outcome.${outcome}`)}
    </StateBadge>
  );
}

/** What it was, from whom to whom, when and how it came out, in one line; what had failed in words below. */
export function Headline({ timeline }: { readonly timeline: RecoveryTimeline }) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  const codeText = useCodeText();
  const { code, subject, successor, destination, startedMs, endedMs, outcome, clusterName, clusterAlias } = timeline;
  const target = successor ?? destination;
  const cluster = clusterTitle({ name: clusterName, alias: clusterAlias });
  return (
    <div className="rv-head">
      {code === '' ? <b className="mono">{timeline.name}</b> : <CodeBadge code={code} />}
      <span className="mono">
        {subject === null ? null : <span>{names.server(keyText(subject))}</span>}
        {target === null ? null : (
          <>
            <IconArrowRight size={14} role="img" aria-label={t('to')} />
            {successor === null ? null : (
              <IconCrown size={15} color="var(--baton-ok)" role="img" aria-label={t('successor')} />
            )}
            <span>{names.server(keyText(target))}</span>
          </>
        )}
      </span>
      <OutcomeBadge outcome={outcome} />
      {cluster === '' ? null : <span>{t('inCluster', { cluster: names.cluster(cluster) })}</span>}
      <span className="number">{timeText(startedMs)}</span>
      <span className="number">
        {endedMs === null ? t('running') : t('took', { duration: durationText(Math.max(0, endedMs - startedMs)) })}
      </span>
      {timeline.replay === null ? null : <DecidedBadge replay={timeline.replay} />}
      {code === '' ? null : <span className="dim">{codeText(code)}</span>}
    </div>
  );
}
