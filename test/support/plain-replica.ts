import type { ReplicaStatus } from '../../src/shared/domain/instance.ts';

/** A replica with nothing remarkable about it; tests say what matters to them. */
export const PLAIN_REPLICA: Omit<
  ReplicaStatus,
  'source' | 'sourceUuid' | 'read' | 'executed' | 'relay' | 'retryCount'
> = {
  user: 'repl',
  ioState: 1,
  sqlState: 1,
  lastIoErrno: 0,
  lastIoError: '',
  lastSqlErrno: 0,
  lastSqlError: '',
  gtidUse: 'mysql',
  gtidRetrieved: '',
  mariadbGtidMode: '',
  secondsBehindSource: 0,
  sqlDelaySeconds: 0,
  hasFilters: false,
  tls: false,
  tlsOptions: {
    ca: '',
    capath: '',
    cert: '',
    cipher: '',
    key: '',
    verifyServerCert: false,
    publicKeyPath: '',
    getPublicKey: false,
  },
  connectRetrySeconds: 60,
  heartbeatsReceived: null,
  heartbeatPeriodSeconds: null,
  channels: 1,
};
