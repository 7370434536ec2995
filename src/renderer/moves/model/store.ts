import { create } from 'zustand';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import { findCluster, findMember } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import type { ActionRequest } from './requests.ts';
import { subjectOf } from './requests.ts';
import { type Outcome, runRequest } from './run-request.ts';

/** An action that was begun from this page. */
export interface Run {
  readonly number: number;
  /** As it was called then: a cluster may go by another name afterwards. */
  readonly title: string;
  readonly request: ActionRequest;
  readonly startedMs: number;
  /** The last event before it, so that its own are found. */
  readonly sinceId: string;
  /** How the server was before, and who the cluster's master was: to take it back. */
  readonly before: Member | null;
  readonly oldMaster: string | null;
  readonly end: { readonly outcome: Outcome; readonly atMs: number } | null;
}

interface MenuAt {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

interface MovesState {
  /** What is asked about, planned and confirmed; null for nothing. */
  readonly dialog: { readonly number: number; readonly request: ActionRequest } | null;
  /** The list of targets; null while it is closed. */
  readonly chooser: { readonly instance: string; readonly replicas: boolean } | null;
  readonly menu: MenuAt | null;
  readonly runs: readonly Run[];
  /** The server that commands are offered for. */
  readonly selected: string;
}

export const useMovesStore = create<MovesState>(() => ({
  dialog: null,
  chooser: null,
  menu: null,
  runs: [],
  selected: '',
}));

const RUNS_KEPT = 20;
let lastNumber = 0;

/**
 * Opens the dialog of an action on a server: it asks for what is missing, shows the dry run, asks to confirm, shows the
 * steps as they happen, and what came of it. From anywhere; `OperationDialogHost` has to be mounted.
 */
export function openOperation(request: ActionRequest): void {
  lastNumber += 1;
  useMovesStore.setState({ dialog: { number: lastNumber, request }, chooser: null, menu: null });
}

/** Closes the dialog; what has been begun goes on. */
export function closeOperation(): void {
  useMovesStore.setState({ dialog: null });
}

/** Opens the list of servers that this one, or its replicas, could be moved below. */
export function openMove(instance: string, replicas = false): void {
  useMovesStore.setState({ chooser: { instance, replicas }, dialog: null, menu: null });
}

export function closeMove(): void {
  useMovesStore.setState({ chooser: null });
}

/** Opens the menu of a server at a place in the window, in CSS pixels. */
export function openNodeMenu(id: string, at: { readonly x: number; readonly y: number }): void {
  useMovesStore.setState({ menu: { id, ...at }, selected: id });
}

export function closeNodeMenu(): void {
  useMovesStore.setState({ menu: null });
}

/** For which server the palette offers commands; empty for none. */
export function selectForCommands(id: string): void {
  if (useMovesStore.getState().selected !== id) useMovesStore.setState({ selected: id });
}

/** Begins an action. The run is in the store at once, and its end when it has ended. */
export async function beginRun(number: number, title: string, request: ActionRequest): Promise<Outcome> {
  const { fleet } = useFleetStore.getState();
  const subject = subjectOf(request) ?? '';
  const cluster = findCluster(fleet, request.kind === 'takeover' ? request.cluster : subject);
  const { master = null } = cluster?.cluster ?? {};
  const run: Run = {
    number,
    title,
    request,
    startedMs: Date.now(),
    sinceId: fleet.events.at(-1)?.id ?? '',
    before: findMember(fleet, subject),
    oldMaster: master === null ? null : `${master.hostname}:${master.port}`,
    end: null,
  };
  useMovesStore.setState(({ runs }) => ({ runs: [...runs, run].slice(-RUNS_KEPT) }));
  const outcome = await runRequest(request).catch((error: unknown): Outcome => unanswered(error));
  useMovesStore.setState(({ runs }) => ({
    runs: runs.map((one) => (one.number === number ? { ...one, end: { outcome, atMs: Date.now() } } : one)),
  }));
  return outcome;
}

/** Nobody answered: it may have been done, or go on. */
function unanswered(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const nothing = { uid: '', destination: null, successor: null, replicas: [], lines: [], plan: [] };
  return { ...nothing, state: 'failed', message };
}
