import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../../shared/contract/v2/instance.ts';
import { useCluster } from '../../../stores/fleet-store.ts';
import { ProblemBadge } from '../../../ui/badges.tsx';
import { ServerLink } from '../../../ui/links.tsx';
import { Section } from '../parts.tsx';
import type { InstanceView } from '../use-instance.ts';
import { secondsText } from '../use-unit.ts';

/** More are folded. */
const SHOWN = 15;

/** Who hangs below it; those with a problem first. */
export function ReplicasSection({ view }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const members = useCluster(view.member.clusterName)?.members;
  const [whole, setWhole] = useState(false);
  const { replicas, member, snapshot } = view;
  const connected = snapshot.facts?.connectedReplicas.length ?? 0;
  const sorted = replicas.toSorted((a, b) => troubles(members?.get(b)) - troubles(members?.get(a)));
  return (
    <Section title={t('section.replicas', { count: replicas.length })}>
      {replicas.length === 0 ? <span className="dim">{t('noReplicas')}</span> : null}
      <ul className="instance-gtid-lines">
        {sorted.slice(0, whole ? undefined : SHOWN).map((id) => (
          <li key={id}>
            <ReplicaLine id={id} member={members?.get(id)} />
          </li>
        ))}
        {member.unknownReplicas.map(({ hostname, port }) => (
          <li key={`${hostname}:${port}`} className="dim">
            <ServerLink id={`${hostname}:${port}`} /> · {t('unknownReplica')}
          </li>
        ))}
      </ul>
      {replicas.length > SHOWN ? (
        <Button size="compact-xs" variant="subtle" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t('showLess') : t('showAll', { count: replicas.length })}
        </Button>
      ) : null}
      {connected > 0 ? <div className="dim">{t('connectedReplicas', { count: connected })}</div> : null}
    </Section>
  );
}

function troubles(member: Member | undefined): number {
  return member?.problems.length ?? 0;
}

function ReplicaLine({ id, member }: { readonly id: string; readonly member: Member | undefined }) {
  const { t } = useTranslation('instance');
  if (member === undefined) return <ServerLink id={id} />;
  const { problems, lagSeconds, replicating } = member;
  return (
    <span className="cell-stack">
      <ServerLink id={id} />
      {problems.map((problem) => (
        <ProblemBadge key={problem} problem={problem} />
      ))}
      <span className="dim">
        {problems.length > 0 ? '' : t(replicating ? 'thread.1' : 'thread.0')}
        {lagSeconds === null || !member.valid ? '' : ` · ${secondsText(lagSeconds)}`}
      </span>
    </span>
  );
}
