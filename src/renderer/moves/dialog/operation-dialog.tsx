import { Button, Modal, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import { clusterTitle, findCluster } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { useShell } from '../../stores/shell-store.ts';
import { useNames } from '../../ui/names.ts';
import { Failure, Loading } from '../../ui/state.tsx';
import { placesAfter } from '../model/afterwards.ts';
import { plannedNotes } from '../model/planned-servers.ts';
import { type ActionRequest, isComplete, isDangerous, needsTypedName, subjectOf } from '../model/requests.ts';
import { risksOf } from '../model/risks.ts';
import type { Outcome } from '../model/run-request.ts';
import { beginRun, closeOperation, useMovesStore } from '../model/store.ts';
import { useWhyNot } from '../model/use-ground.ts';
import { usePlan } from '../model/use-plan.ts';
import { titleOf } from '../model/words.ts';
import { Fields } from './fields.tsx';
import { PlacesView } from './places-view.tsx';
import { PlanView } from './plan-view.tsx';
import { ReadinessView } from './readiness-view.tsx';
import { RisksView } from './risks-view.tsx';
import { Result, RunView } from './run-view.tsx';

const NO_MEMBERS: ReadonlyMap<string, Member> = new Map();

/** What is being done shows on the canvas: the dialog leaves that free. */
const ASIDE = { size: 520, withOverlay: false, lockScroll: false, trapFocus: false, className: 'moves-aside' } as const;

/** One action, from what it lacks to what came of it. */
export function OperationDialog() {
  const dialog = useMovesStore((state) => state.dialog);
  return dialog === null ? null : <Open key={dialog.number} number={dialog.number} asked={dialog.request} />;
}

function Open({ number, asked }: { readonly number: number; readonly asked: ActionRequest }) {
  const { t } = useTranslation(['moves', 'app']);
  const [request, setRequest] = useState(asked);
  const title = useTitle(request);
  const run = useMovesStore(({ runs }) => runs.find((one) => one.number === number));
  return (
    <Modal
      opened
      onClose={closeOperation}
      closeButtonProps={{ 'aria-label': t('app:close') }}
      title={run?.title ?? title}
      closeOnClickOutside={false}
      {...(run === undefined ? { size: 760 } : ASIDE)}
    >
      <div className="moves-dialog">
        {run === undefined ? (
          <Asking number={number} title={title} asked={asked} request={request} onChange={setRequest} />
        ) : (
          <>
            <RunView run={run} />
            <Closing running={run.end === null} />
          </>
        )}
      </div>
    </Modal>
  );
}

function Closing({ running }: { readonly running: boolean }) {
  const { t } = useTranslation(['moves', 'app']);
  return (
    <div className="moves-buttons">
      <Button variant={running ? 'default' : 'filled'} onClick={closeOperation} data-autofocus>
        {running ? t('moves:dialog.background') : t('app:close')}
      </Button>
    </div>
  );
}

function Asking({
  number,
  title,
  asked,
  request,
  onChange,
}: {
  readonly number: number;
  readonly title: string;
  readonly asked: ActionRequest;
  readonly request: ActionRequest;
  readonly onChange: (request: ActionRequest) => void;
}) {
  const { t } = useTranslation(['moves', 'app']);
  const members = useMembers(request);
  const plan = usePlan(request);
  const confirmation = useConfirmation(request);
  const whyNot = useWhyNot();
  const complete = isComplete(request);
  const ready = complete && whyNot === null && confirmation.given && plan.state === 'loaded' && mayRun(plan.value);
  const go = useFocusWhen(ready && !isDangerous(request));
  const start = (): void => {
    if (!ready) return;
    void beginRun(number, title, request).then((outcome) =>
      tellIfClosed(number, title, t(`moves:state.${outcome.state}`)),
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <Fields request={request} asked={asked} members={members} onChange={onChange} />
      {complete ? <Planned request={request} members={members} plan={plan} /> : null}
      {confirmation.view}
      {whyNot === null ? null : (
        <Text size="sm" c="var(--baton-trouble)" role="alert">
          {t(`moves:cannot.${whyNot}`)}
        </Text>
      )}
      <div className="moves-buttons">
        <Button variant="default" onClick={closeOperation}>
          {t('app:cancel')}
        </Button>
        <Button
          ref={go}
          type="submit"
          color={isDangerous(request) ? 'red' : 'brand'}
          disabled={!ready}
          data-testid="moves-run"
        >
          {t(plan.state === 'loaded' && isDoubtful(plan.value) ? 'moves:dialog.runAnyway' : 'moves:dialog.run')}
        </Button>
      </div>
    </form>
  );
}

/** Enter confirms what is harmless, as soon as it can be confirmed; nobody is torn out of a field for it. */
function useFocusWhen(ready: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (ready && !(document.activeElement instanceof HTMLInputElement)) button.current?.focus();
  }, [ready]);
  return button;
}

function Planned({
  request,
  members,
  plan,
}: {
  readonly request: ActionRequest;
  readonly members: ReadonlyMap<string, Member>;
  readonly plan: ReturnType<typeof usePlan>;
}) {
  const { t } = useTranslation('moves');
  if (plan.state === 'loading') {
    return (
      <div aria-busy>
        <Loading />
        <Text size="sm" c="dimmed" ta="center">
          {t('dialog.planning')}
        </Text>
      </div>
    );
  }
  if (plan.state === 'failed') return <Failure message={plan.message} onRetry={plan.reload} />;
  const { value } = plan;
  const risks = risksOf(request, value, members);
  if (value === null) {
    return (
      <>
        <Text size="sm">{t(request.kind === 'recover' ? 'dialog.recoverHint' : 'dialog.upkeepHint')}</Text>
        {risks.length === 0 ? null : <RisksView risks={risks} notes={[]} />}
      </>
    );
  }
  if (value.state === 'refused') {
    return (
      <>
        <Result outcome={value} />
        <Button variant="default" onClick={plan.reload} mt="xs">
          {t('dialog.replan')}
        </Button>
      </>
    );
  }
  const doubts = isDoubtful(value) ? [value.message] : [];
  return (
    <>
      <PlacesView places={placesAfter(request, value, members)} />
      <PlanView plan={value.plan} />
      <RisksView risks={risks} notes={[...doubts, ...plannedNotes(value.plan)]} />
      {request.kind === 'takeover' ? <ReadinessView cluster={request.cluster} /> : null}
    </>
  );
}

/** What the engine refuses now is not offered. */
function mayRun(plan: Outcome | null): boolean {
  return plan === null || plan.state !== 'refused';
}

/** The dry run does not end where it should; the servers may do better, and put things back when they don't. */
function isDoubtful(plan: Outcome | null): boolean {
  return plan !== null && plan.state !== 'done' && plan.state !== 'refused';
}

function tellIfClosed(number: number, title: string, state: string): void {
  if (useMovesStore.getState().dialog?.number === number) return;
  notifications.show({ title, message: state });
}

function useMembers(request: ActionRequest): ReadonlyMap<string, Member> {
  const hint = request.kind === 'takeover' ? request.cluster : (subjectOf(request) ?? '');
  return useFleetStore(({ fleet }) => findCluster(fleet, hint)?.members ?? NO_MEMBERS);
}

function useTitle(request: ActionRequest): string {
  const { t } = useTranslation('moves');
  const names = useNames();
  const cluster = useClusterTitle(request);
  return titleOf(request, t, names, cluster);
}

function useClusterTitle(request: ActionRequest): string {
  const hint = request.kind === 'takeover' ? request.cluster : request.instance;
  return useFleetStore(({ fleet }) => {
    const found = findCluster(fleet, hint);
    return found === null ? hint : clusterTitle(found.cluster);
  });
}

/** In a production profile, the cluster's name has to be typed for what changes a server. */
function useConfirmation(request: ActionRequest) {
  const { t } = useTranslation('moves');
  const [typed, setTyped] = useState('');
  const shell = useShell();
  const cluster = useClusterTitle(request);
  const names = useNames();
  const shown = names.cluster(cluster);
  const needed = needsTypedName(request, shell);
  const view = needed ? (
    <TextInput
      label={t('dialog.typeName', { name: shown })}
      description={t('dialog.production')}
      value={typed}
      autoComplete="off"
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  ) : null;
  return { given: !needed || typed.trim() === shown, view };
}
