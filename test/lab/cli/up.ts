import { keyText } from '../../../src/shared/domain/instance-key.ts';
import type { Lab } from '../lab.ts';
import type { LabFlavor } from '../servers/server-package.ts';
import { type Shape, shapeNodes } from '../shapes.ts';
import { startTopology } from '../topology.ts';
import { print, table, terminalProgress } from './output.ts';

export interface UpOptions {
  readonly flavor: LabFlavor;
  readonly shape: Shape;
  readonly replicas?: number;
  readonly gtid: boolean;
  readonly semiSync?: boolean;
  readonly delayed?: number;
  readonly dataCenters?: string;
  readonly name: string;
}

/** Starts a lab, prints how to reach it, and leaves it running. */
export async function up(options: UpOptions): Promise<void> {
  const last = shapeNodes(options.shape, options.replicas).length - 1;
  if (options.delayed !== undefined && last === 0) throw new Error('--delayed needs a replica.');
  const centers = (options.dataCenters ?? '').split(',').filter((name) => name !== '');
  const lab = await startTopology({
    name: options.name,
    flavor: options.flavor,
    shape: options.shape,
    gtid: options.gtid,
    semiSync: options.semiSync ?? false,
    dataCenters: centers,
    onProgress: terminalProgress(),
    ...(options.replicas === undefined ? {} : { replicas: options.replicas }),
    ...(options.delayed === undefined ? {} : { delayed: { [last]: options.delayed } }),
  });
  describe(lab, options);
  lab.detach();
}

function describe(lab: Lab, options: UpOptions): void {
  const traits = [options.gtid ? 'GTID' : 'file and position', ...(options.semiSync ? ['semi-sync'] : [])];
  print(`Lab ${lab.name}: ${lab.servers.length} × ${lab.master.flavor} ${lab.master.version}, ${traits.join(', ')}`);
  print();
  const rows = lab.servers.map((server, index) => {
    const node = lab.nodes[index];
    const role = node?.source ? `replicates from ${node.source}` : 'master';
    const delay = node?.delaySeconds ? `, ${node.delaySeconds} s behind on purpose` : '';
    return [server.name, keyText(server.key), `${role}${delay}`];
  });
  print(table([['NODE', 'ADDRESS', 'ROLE'], ...rows]));
  print();
  print(`Accounts: ${Object.keys(lab.accounts).join(', ')} (the same on every server)`);
  const self = `npm run --silent lab --`;
  const named = `--name ${lab.name}`;
  print(`Passwords:    ${self} accounts ${named}`);
  print(`SQL:          ${self} sql ${lab.master.name} "SELECT 1" ${named}`);
  print(`State:        ${self} status ${named}`);
  print(`Take it down: ${self} down ${named}`);
}
