import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Accounts } from './accounts.ts';
import { LabServer } from './lab-server.ts';
import { runFolder } from './run-folder.ts';
import type { ServerConfig } from './server-config.ts';
import type { NodeSpec } from './shapes.ts';

/** What a lab writes into its folder, so that another process — the command line — can work with it. */
export interface LabState {
  readonly name: string;
  readonly startedAt: string;
  readonly gtid: boolean;
  readonly accounts: Accounts;
  readonly nodes: readonly { readonly spec: NodeSpec; readonly config: ServerConfig }[];
}

const FILE = 'lab.json';

export function writeLabState(folder: string, state: LabState): void {
  writeFileSync(join(folder, FILE), JSON.stringify(state, null, 2), { mode: 0o600 });
}

/** @throws Error when there is no such lab, or it isn't up yet. */
export function readLabState(labName: string): LabState {
  try {
    return JSON.parse(readFileSync(join(runFolder(labName), FILE), 'utf8')) as LabState;
  } catch (error) {
    throw new Error(`There is no lab named ${labName} (looked in ${runFolder(labName)}).`, { cause: error });
  }
}

export function serversOf(state: LabState): LabServer[] {
  return state.nodes.map(({ spec, config }) => new LabServer(spec.name, config, state.accounts));
}
