import { setting } from '../definition.ts';

/** Baton's own settings; the prefix keeps them apart from every name that a file may already hold. */
export const BATON_SETTINGS = {
  BatonDetectionTimeoutMilliseconds: setting(
    'uint',
    3000,
    'used',
    'A server that has not answered for this long counts as unreachable.',
    { unit: 'milliseconds', min: 100 },
  ),
  BatonPulseMilliseconds: setting(
    'uint',
    500,
    'used',
    'How often an instance with replicas is asked for a sign of life between polls.',
    { unit: 'milliseconds', min: 50 },
  ),
  BatonCrashConfirmMilliseconds: setting(
    'uint',
    0,
    'used',
    'Extra time that a server whose port refuses connections gets to come back before it is failed over.',
    { unit: 'milliseconds' },
  ),
  BatonRestartGraceMilliseconds: setting(
    'uint',
    10_000,
    'used',
    'How long a server that was shut down in order may take to come back, from the end of its connections.',
    { unit: 'milliseconds' },
  ),
  BatonFullPollEvery: setting('uint', 12, 'used', 'Every so many polls the slow-changing variables are read too.', {
    unit: 'polls',
    min: 1,
  }),
  BatonHookTimeoutSeconds: setting('uint', 60, 'used', 'How long one hook may run before it is ended and has failed.', {
    unit: 'seconds',
    min: 1,
  }),
  BatonHookOutputLimitBytes: setting('uint', 65_536, 'used', "How much of a hook's output is kept.", { unit: 'bytes' }),
  BatonFenceEnabled: setting(
    'bool',
    true,
    'used',
    'Keeps the old source of a failover read-only, also when it comes back later.',
  ),
  BatonStartupGraceSeconds: setting(
    'uint',
    0,
    'used',
    'Time after start in which nothing is failed over; 0 is three times InstancePollSeconds.',
    { unit: 'seconds' },
  ),
  BatonMetricsPerInstance: setting(
    'bool',
    false,
    'used',
    'Adds series for each server to /metrics: whether it is up, its lag, and how long ago it was read.',
  ),
  BatonCredentialsFile: setting(
    'string',
    '',
    'used',
    'JSON file with the credentials of groups of servers, secrets by reference; `credentials.json` in the data folder when empty.',
    { restart: true },
  ),
  BatonEtcdAddress: setting(
    'string',
    '',
    'used',
    'Members of an etcd cluster that is told of each source, [http[s]://]host:port separated by commas; empty for none.',
    { restart: true },
  ),
};
