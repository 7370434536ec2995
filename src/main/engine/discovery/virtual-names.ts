import type { ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { HostNames } from '../ports/names.ts';
import type { Log } from '../ports/runtime.ts';

export interface VirtualNamesDeps {
  readonly mysql: MysqlPort;
  readonly names: HostNames;
  readonly log: Log;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  /** What was last read of a server; null when it isn't known. */
  readonly factsOf: (key: InstanceKey) => InstanceFacts | null;
}

type Repoint = Extract<ServerAction, { readonly kind: 'repoint' }>;

/**
 * Points replicas at the virtual name that an operator registered for a source's host (topology operations reference,
 * 1.8; discovery reference, 11.3). A virtual name is used only while the server behind it is that source: it is looked
 * at when it is registered, each minute, and right before it is used. Where it isn't, the real name is used.
 */
export class VirtualNames {
  private readonly deps: VirtualNamesDeps;
  /** Virtual names by `host:port` of the source; those behind which that source was found. */
  private readonly confirmed = new Map<string, string>();
  private pinned = new Set<string>();

  constructor(deps: VirtualNamesDeps) {
    this.deps = deps;
  }

  /** The port, with virtual names in what is done through it. */
  port(): MysqlPort {
    const { mysql } = this.deps;
    return {
      openProbe: (key, options) => mysql.openProbe(key, options),
      openFence: (key, facts) => mysql.openFence(key, facts),
      statements: (facts, action) => mysql.statements(facts, this.named(action)),
      perform: async (facts, action, timeoutMs) =>
        mysql.perform(facts, await this.namedNow(facts, action, timeoutMs), timeoutMs),
      ask: (facts, question, timeoutMs) => mysql.ask(facts, question, timeoutMs),
      read: (key, timeoutMs) => mysql.read(key, timeoutMs),
      knock: (key, timeoutMs) => mysql.knock(key, timeoutMs),
      release: (key) => mysql.release(key),
      close: () => mysql.close(),
    };
  }

  /** Makes known to the look-up of names what the registered ones stand for. */
  apply(): void {
    const registered = this.deps.state().virtualNames.values();
    const now = new Set(registered.map((one) => one.virtualName));
    for (const name of this.pinned) if (!now.has(name)) this.deps.names.pin(name, null);
    for (const { virtualName, hostname } of registered) this.deps.names.pin(virtualName, hostname);
    this.pinned = now;
  }

  /** Looks whether the virtual names still lead to the given sources. Never rejects. */
  async confirm(sources: readonly InstanceKey[]): Promise<void> {
    await Promise.all(
      sources.map(async (source) => {
        const virtualName = this.registeredFor(source);
        if (virtualName === null) this.confirmed.delete(keyText(source));
        else await this.check(source, virtualName, this.deps.settings().MySQLDiscoveryReadTimeoutSeconds * 1000);
      }),
    );
  }

  private named(action: ServerAction): ServerAction {
    if (action.kind !== 'repoint') return action;
    const virtualName = this.registeredFor(action.source);
    if (virtualName === null || this.confirmed.get(keyText(action.source)) !== virtualName) return action;
    return withHost(action, virtualName);
  }

  private async namedNow(facts: InstanceFacts, action: ServerAction, timeoutMs: number): Promise<ServerAction> {
    const named = this.named(action);
    if (named === action || named.kind !== 'repoint' || action.kind !== 'repoint') return action;
    const limitMs = Math.min(timeoutMs, this.deps.settings().MySQLConnectTimeoutSeconds * 1000);
    if (await this.check(action.source, named.source.hostname, limitMs)) return named;
    this.deps.log.warn(
      'virtual-name.not-used',
      `${keyText(facts.key)} is pointed at ${keyText(action.source)} by its own name: ` +
        `behind ${named.source.hostname} it wasn't found.`,
    );
    return action;
  }

  private registeredFor({ hostname }: InstanceKey): string | null {
    return this.deps.state().virtualNames.get(hostname)?.virtualName ?? null;
  }

  /** Whether the server behind the virtual name is the source. */
  private async check(source: InstanceKey, virtualName: string, timeoutMs: number): Promise<boolean> {
    const known = this.deps.factsOf(source);
    const isExempt = known?.flavor === 'MaxScale' && this.deps.settings().SkipBinlogServerUnresolveCheck;
    const why = isExempt ? null : await this.whyNotBehind(virtualName, source, known, timeoutMs);
    if (why === null) {
      this.confirmed.set(keyText(source), virtualName);
      return true;
    }
    if (this.confirmed.delete(keyText(source))) this.deps.log.warn('virtual-name.elsewhere', why);
    return false;
  }

  private async whyNotBehind(
    virtualName: string,
    source: InstanceKey,
    known: InstanceFacts | null,
    timeoutMs: number,
  ): Promise<string | null> {
    const behind = { hostname: virtualName, port: source.port };
    try {
      const found = await this.deps.mysql.read(behind, timeoutMs);
      const same = sameKey(found.key, source) || (known !== null && isSameServer(found, known));
      return same ? null : `${virtualName} stands for ${source.hostname}, but leads to ${keyText(found.key)}.`;
    } catch (error) {
      const reason = reasonOf(error);
      return `${virtualName} stands for ${source.hostname}, and no server answers there: ${reason}`;
    } finally {
      this.deps.mysql.release(behind);
    }
  }
}

function withHost(action: Repoint, hostname: string): Repoint {
  return { ...action, source: { ...action.source, hostname } };
}

/** By what a server says of itself, whatever name it was read under. */
function isSameServer(a: InstanceFacts, b: InstanceFacts): boolean {
  return a.serverUuid !== '' && a.serverUuid === b.serverUuid && a.serverId === b.serverId;
}
