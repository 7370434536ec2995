import type { ServerAction } from '../../../shared/domain/action.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { followNewSource } from '../../core/sagas/follow-new-source.ts';
import { canReplicateFromGtid, relocationObstacle } from '../../core/topology/can-replicate.ts';
import type { Topology, TopologyInstance } from '../../core/topology/topology.ts';
import type { Executor } from '../executor/executor.ts';
import { type MysqlPort, ServerError } from '../ports/mysql.ts';

export interface OperationsDeps {
  readonly mysql: MysqlPort;
  readonly settings: () => Settings;
  readonly topology: () => Topology;
  readonly propose: (command: Command) => Promise<unknown>;
  /** Reads the server now and returns it in its place. Rejects with ServerError. */
  readonly refresh: (key: InstanceKey) => Promise<TopologyInstance>;
  readonly audit: (type: string, key: InstanceKey, message: string) => void;
  /** An executor whose effects are logged under this name. */
  readonly executor: (name: string) => Executor;
}

const RELOCATE_TIMEOUT_MS = 10_000;

/** Changes that an operator asks of one server. Each one answers with the server as it is afterwards. */
export class Operations {
  private readonly deps: OperationsDeps;

  constructor(deps: OperationsDeps) {
    this.deps = deps;
  }

  async setReadOnly(key: InstanceKey, on: boolean): Promise<TopologyInstance> {
    const facts = await this.live(key);
    if (!on) await this.deps.propose({ type: 'lift-fence', key });
    if (!on && facts.offlineMode) await this.perform(facts, { kind: 'end-offline-mode' });
    await this.perform(facts, { kind: 'set-read-only', on, super: !on || this.deps.settings().UseSuperReadOnly });
    const after = await this.deps.refresh(key);
    if (after.facts?.readOnly !== on) {
      throw new BatonError(
        'server',
        `${keyText(key)} is ${on ? 'still writeable' : 'still read-only'} although the server reported no error.`,
      );
    }
    this.deps.audit(on ? 'set-read-only' : 'set-writeable', key, `read_only=${on ? 1 : 0}`);
    return after;
  }

  async startReplica(key: InstanceKey): Promise<TopologyInstance> {
    const facts = await this.replica(key, 'start');
    await this.perform(facts, { kind: 'start-replication', threads: 'both' });
    this.deps.audit('start-replica', key, 'replication started');
    return await this.deps.refresh(key);
  }

  async stopReplica(key: InstanceKey): Promise<TopologyInstance> {
    const facts = await this.replica(key, 'stop');
    await this.perform(facts, { kind: 'stop-replication', threads: 'both' });
    this.deps.audit('stop-replica', key, 'replication stopped');
    return await this.deps.refresh(key);
  }

  async relocate(key: InstanceKey, below: InstanceKey): Promise<TopologyInstance> {
    const replica = await this.deps.refresh(key);
    const source = await this.deps.refresh(below);
    if (replica.facts === null || source.facts === null) {
      throw new BatonError('server', `${keyText(replica.facts === null ? key : below)} can't be read now.`);
    }
    this.refuseUnlessPossible(replica, source);
    const executor = this.deps.executor(`relocate ${keyText(key)} below ${keyText(below)}`);
    const result = await executor.run(followNewSource(replica.facts, source.facts, RELOCATE_TIMEOUT_MS));
    if (result.failure !== null) {
      const undone = await this.moveBack(replica.facts, executor);
      const message = `${keyText(key)} could not be relocated below ${keyText(below)}: ${sentence(result.failure)} ${undone}`;
      this.deps.audit('relocate', key, message);
      throw new BatonError('server', message);
    }
    this.deps.audit('relocate', key, `relocated below ${keyText(below)}`);
    return await this.deps.refresh(key);
  }

  /**
   * A relocation that failed ends where it began. Never rejects.
   * @param before the replica as it was
   * @returns how the replica is left, as a sentence
   */
  private async moveBack(before: InstanceFacts, executor: Executor): Promise<string> {
    const source = before.replica?.source;
    const facts = source && this.deps.topology().instances.get(keyText(source))?.facts;
    if (source === undefined || !facts) {
      return 'What it replicated from before is not known, so it was left as it is: look at it.';
    }
    const ran = runningThreads(before);
    const { failure } = await executor.run(
      followNewSource(before, facts, RELOCATE_TIMEOUT_MS, ran === 'io' ? 'io' : 'both'),
    );
    if (failure !== null) return `It could not be put back below ${keyText(source)} either: ${sentence(failure)}`;
    if (ran !== 'none') return `It replicates from ${keyText(source)} again, as before.`;
    await this.perform(before, { kind: 'stop-replication', threads: 'both' });
    return `It is below ${keyText(source)} again, and stopped, as before.`;
  }

  private refuseUnlessPossible(replica: TopologyInstance, source: TopologyInstance): void {
    const place = relocationObstacle(this.deps.topology(), replica.key, source.key);
    if (place !== null)
      throw new BatonError('refused', `${replica.id} can't be relocated below ${source.id}: ${place}`);
    if (replica.facts === null || source.facts === null) return;
    const settings = this.deps.settings();
    const verdict = canReplicateFromGtid(replica.facts, source.facts, {
      verifyReplicationFilters: settings.VerifyReplicationFilters,
      lowerReplicaVersionAllowed: settings.LowerReplicaVersionAllowed,
      reasonableMaintenanceLagSeconds: settings.ReasonableMaintenanceReplicationLagSeconds,
    });
    if (verdict.ok) return;
    const withoutGtid = replica.facts.replica?.gtidUse === 'none';
    throw new BatonError('refused', `${replica.id} can't be relocated below ${source.id}: ${verdict.reason}`, {
      hint: withoutGtid ? 'This version of Baton relocates by GTID only.' : '',
    });
  }

  private async replica(key: InstanceKey, verb: string): Promise<InstanceFacts> {
    const facts = await this.live(key);
    if (facts.replica !== null) return facts;
    throw new BatonError('refused', `${keyText(key)} is not a replica: there is no replication to ${verb}.`);
  }

  private async live(key: InstanceKey): Promise<InstanceFacts> {
    const instance = await this.deps.refresh(key);
    if (instance.facts !== null) return instance.facts;
    throw new BatonError('server', `${keyText(key)} can't be read now.`);
  }

  private async perform(facts: InstanceFacts, action: ServerAction): Promise<void> {
    const timeoutMs = this.deps.settings().MySQLTopologyReadTimeoutSeconds * 1000;
    try {
      await this.deps.mysql.perform(facts, action, timeoutMs);
    } catch (error) {
      if (error instanceof ServerError) throw new BatonError('server', error.message, { cause: error });
      throw error;
    }
  }
}

function runningThreads({ replica }: InstanceFacts): 'none' | 'io' | 'both' {
  if (replica === null || replica.ioState === 0) return 'none';
  return replica.sqlState === 0 ? 'io' : 'both';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
