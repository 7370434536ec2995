import { newChannel } from '../model/fleet-model.ts';
import type { Channel } from '../model/instance.ts';
import { type Context, OK, type Outcome, type Runnable } from './result.ts';
import { SqlError } from './sql-error.ts';
import type { TokenReader } from './tokens.ts';

/** Options that are only told back, and how SHOW REPLICA STATUS calls and shows them. */
const TOLD_BACK: Readonly<Record<string, readonly [column: string, flag: boolean]>> = {
  SOURCE_SSL: ['Source_SSL_Allowed', true],
  SOURCE_SSL_CA: ['Source_SSL_CA_File', false],
  SOURCE_SSL_CAPATH: ['Source_SSL_CA_Path', false],
  SOURCE_SSL_CERT: ['Source_SSL_Cert', false],
  SOURCE_SSL_CIPHER: ['Source_SSL_Cipher', false],
  SOURCE_SSL_KEY: ['Source_SSL_Key', false],
  SOURCE_SSL_CRL: ['Source_SSL_Crl', false],
  SOURCE_SSL_CRLPATH: ['Source_SSL_Crlpath', false],
  SOURCE_SSL_VERIFY_SERVER_CERT: ['Source_SSL_Verify_Server_Cert', true],
  SOURCE_TLS_VERSION: ['Source_TLS_Version', false],
  SOURCE_BIND: ['Source_Bind', false],
  SOURCE_PUBLIC_KEY_PATH: ['Source_public_key_path', false],
  GET_SOURCE_PUBLIC_KEY: ['Get_Source_public_key', false],
};

const APPLIED: Readonly<Record<string, (channel: Channel, value: string) => void>> = {
  SOURCE_HOST: (channel, value) => {
    channel.sourceHost = value;
  },
  SOURCE_PORT: (channel, value) => {
    channel.sourcePort = Number(value);
  },
  SOURCE_USER: (channel, value) => {
    channel.user = value;
  },
  SOURCE_AUTO_POSITION: (channel, value) => {
    channel.autoPosition = value === '1';
  },
  SOURCE_DELAY: (channel, value) => {
    channel.delaySeconds = Number(value);
  },
  SOURCE_CONNECT_RETRY: (channel, value) => {
    channel.connectRetrySeconds = Number(value);
  },
  SOURCE_HEARTBEAT_PERIOD: (channel, value) => {
    channel.heartbeatSeconds = Number(value);
  },
  SOURCE_RETRY_COUNT: (channel, value) => {
    channel.retryCount = Number(value);
  },
};

/** Accepted without effect: simulated replicas always log in, and find their place by what they have executed. */
const WITHOUT_EFFECT = new Set(['SOURCE_PASSWORD', 'SOURCE_LOG_FILE', 'SOURCE_LOG_POS']);

const NEEDS_APPLIER_STOPPED = new Set(['SOURCE_AUTO_POSITION', 'SOURCE_DELAY']);

/** `CHANGE REPLICATION SOURCE TO name = value, …`, behind its first words. */
export function compileChangeSource(reader: TokenReader): Runnable {
  const options: [string, string][] = [];
  do {
    const name = reader.next();
    const isKnown =
      Object.hasOwn(APPLIED, name.value) || Object.hasOwn(TOLD_BACK, name.value) || WITHOUT_EFFECT.has(name.value);
    if (!isKnown) throw reader.error(name);
    reader.expectSign('=');
    const value = reader.next();
    if (value.kind !== 'text' && value.kind !== 'number') throw reader.error(value);
    options.push([name.value, value.value]);
  } while (reader.sign(','));
  if (reader.words('FOR', 'CHANNEL') && reader.text() !== '') throw reader.error();
  reader.expectEnd();
  return (context) => change(context, options);
}

function change({ model, instance }: Context, options: readonly [string, string][]): Outcome {
  model.syncCluster(instance.cluster);
  const channel = instance.channel ?? newChannel({ hostname: '', port: 3306 }, model.nowMs);
  const stopFirst = (what: string) =>
    new SqlError(
      3021,
      `This operation cannot be performed with a running replica ${what} thread; run STOP REPLICA first.`,
    );
  if (channel.ioOn && !channel.ioEnded) throw stopFirst('io');
  if (channel.sqlOn && options.some(([name]) => NEEDS_APPLIER_STOPPED.has(name))) throw stopFirst('sql');
  for (const [name, value] of options) {
    APPLIED[name]?.(channel, value);
    const told = TOLD_BACK[name];
    if (told) channel.options.set(told[0], told[1] ? (value === '1' ? 'Yes' : 'No') : value);
  }
  const moved = options.some(([name]) => name === 'SOURCE_HOST' || name === 'SOURCE_PORT');
  if (moved) {
    channel.sourceUuid = '';
    channel.ioError = null;
    // The relay log is thrown away unless the applier goes on with it (MySQL manual, CHANGE REPLICATION SOURCE TO).
    if (!channel.sqlOn) channel.retrieved.clear();
  }
  channel.ioEnded = false;
  instance.channel = channel;
  return OK;
}
