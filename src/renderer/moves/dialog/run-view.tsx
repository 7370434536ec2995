import { Button, Table, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconDownload, IconLoader2, IconNote, IconRotate2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useNames } from '../../ui/names.ts';
import { saveBytes } from '../../ui/save-bytes.ts';
import { clockText } from '../../ui/times.ts';
import { inverseOf } from '../model/inverse.ts';
import type { Outcome, OutcomeState } from '../model/run-request.ts';
import { type Step, stepsOf, uidOf } from '../model/steps.ts';
import { openOperation, type Run } from '../model/store.ts';
import { stepWords } from '../model/words.ts';

/** What happens, step by step, and what came of it. */
export function RunView({ run }: { readonly run: Run }) {
  const { t } = useTranslation('moves');
  const events = useFleetStore(({ fleet }) => fleet.events);
  const uid = run.end?.outcome.uid || uidOf(events, run.request, run.sinceId);
  const steps = uid === '' ? [] : stepsOf(events, uid);
  return (
    <>
      {run.end === null ? (
        <Text size="sm" className="moves-line" role="status">
          <IconLoader2 size={16} className="moves-turning" aria-hidden />
          {t('dialog.running')}
        </Text>
      ) : (
        <Result outcome={run.end.outcome} />
      )}
      <Steps steps={steps} ended={run.end !== null} />
      {run.end === null ? null : <After run={run} outcome={run.end.outcome} />}
    </>
  );
}

function Steps({ steps, ended }: { readonly steps: readonly Step[]; readonly ended: boolean }) {
  const { t } = useTranslation('moves');
  const names = useNames();
  if (steps.length === 0 && ended) return null;
  return (
    <section aria-label={t('dialog.steps')} className="moves-steps">
      <h3>{t('dialog.steps')}</h3>
      {steps.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('dialog.noSteps')}
        </Text>
      ) : null}
      <ol aria-live="polite">
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines only come at the end
          <li key={index} className="moves-line" data-state={step.state}>
            <StepIcon state={step.state} />
            <span className="mono moves-time">{clockText(step.atMs)}</span>
            <span>
              {step.server === '' ? null : <b className="mono">{names.server(step.server)} </b>}
              {stepWords(step, t, names)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function StepIcon({ state }: { readonly state: Step['state'] }) {
  if (state === 'running') return <IconLoader2 size={15} className="moves-turning" aria-label="…" />;
  if (state === 'done') return <IconCircleCheck size={15} color="var(--baton-ok)" aria-label="✓" />;
  if (state === 'failed') return <IconCircleX size={15} color="var(--baton-trouble)" aria-label="✗" />;
  return <IconNote size={15} color="var(--baton-idle)" aria-hidden />;
}

/** How it came out, in a word and a sentence. */
export function Result({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslation('moves');
  const names = useNames();
  const Icon = outcome.state === 'done' ? IconCircleCheck : IconCircleX;
  return (
    <div className="moves-result" data-state={toneOf(outcome.state)} role="status">
      <Icon size={18} aria-hidden />
      <div>
        <Text fw={650} size="sm">
          {t(`state.${outcome.state}`)}
        </Text>
        {outcome.message === '' ? null : <Text size="sm">{names.sentence(outcome.message)}</Text>}
      </div>
    </div>
  );
}

function toneOf(state: OutcomeState): 'good' | 'half' | 'bad' {
  if (state === 'done') return 'good';
  return state === 'refused' || state === 'undone' ? 'half' : 'bad';
}

function After({ run, outcome }: { readonly run: Run; readonly outcome: Outcome }) {
  const { t } = useTranslation('moves');
  const names = useNames();
  const inverse = inverseOf(run.request, outcome, run.before, run.oldMaster);
  return (
    <>
      <Replicas outcome={outcome} />
      {outcome.lines.length === 0 ? null : (
        <section aria-label={t('dialog.found')}>
          <div className="moves-heading">
            <h3>{t('dialog.found')}</h3>
            {names.masked ? null : <CopyButton text={outcome.lines.join('\n')} what={t('dialog.found')} />}
          </div>
          <pre className="moves-lines mono">{names.sentence(outcome.lines.join('\n'))}</pre>
        </section>
      )}
      <div className="moves-after">
        {outcome.uid === '' ? null : (
          <Button
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            title={t('dialog.uid', { uid: outcome.uid })}
            onClick={() => void download(outcome.uid)}
          >
            {t('dialog.export')}
          </Button>
        )}
        {inverse === null ? null : (
          <Button
            variant="default"
            leftSection={<IconRotate2 size={14} aria-hidden />}
            onClick={() => openOperation(inverse)}
          >
            {t(inverse.kind === 'takeover' ? 'dialog.undoTakeover' : 'dialog.undo')}
          </Button>
        )}
      </div>
    </>
  );
}

function Replicas({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslation('moves');
  const names = useNames();
  if (outcome.replicas.length === 0) return null;
  return (
    <section aria-label={t('dialog.replicas')} className="moves-replicas">
      <h3>{t('dialog.replicas')}</h3>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('dialog.replica')}</Table.Th>
            <Table.Th>{t('dialog.outcome')}</Table.Th>
            <Table.Th>{t('dialog.reason')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {outcome.replicas.map(({ id, state, reason }) => (
            <Table.Tr key={id}>
              <Table.Td className="mono">{names.server(id)}</Table.Td>
              <Table.Td>{t(`state.${state}`)}</Table.Td>
              <Table.Td>{names.sentence(reason)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

async function download(uid: string): Promise<void> {
  const bytes = await engine.call('exportRecovery', { params: { uid } });
  await saveBytes(`baton-${uid.split(':')[0] ?? 'log'}.json.gz`, bytes);
}
