import { setting } from '../definition.ts';

const SERVICE_MANAGER = {
  ignored: 'the log goes to standard error, which systemd and other service managers pass on to syslog',
};
const NO_OAUTH = { ignored: 'the predecessor read it without ever using it' };
const TLS_OF_SERVICE = { restart: true } as const;

/** Process, HTTP and logging (configuration reference, section 3.1). */
export const PROCESS_SETTINGS = {
  Debug: setting('bool', false, 'used', 'Writes debug messages to the log.'),
  EnableSyslog: setting('bool', false, SERVICE_MANAGER, 'Also sends the log to syslog.', { restart: true }),
  ListenAddress: setting(
    'string',
    '127.0.0.1:3000',
    'used',
    'TCP address that the HTTP service listens on; :3000 is all interfaces.',
    { restart: true },
  ),
  ListenSocket: setting('string', '', 'used', 'Unix socket to listen on instead of TCP.', { restart: true }),
  HTTPAdvertise: setting('string', '', 'used', 'Address, scheme://host:port, announced while leading.', {
    restart: true,
  }),
  URLPrefix: setting('string', '', 'used', 'Path prefix of every route.', { restart: true }),
  StatusEndpoint: setting('string', '/api/status', 'used', 'Path of the status check.', { restart: true }),
  StatusOUVerify: setting('bool', false, 'used', 'Checks client certificates on the status path too.', {
    restart: true,
  }),
  WebMessage: setting('string', '', 'used', 'Banner shown on every page of the console.'),
  RemoveTextFromHostnameDisplay: setting('string', '', 'used', 'Text left out of host names on screen.'),
  AuditLogFile: setting('string', '', 'used', 'File that audit entries are appended to.'),
  AuditToSyslog: setting('bool', false, 'used', 'Sends audit entries to syslog, through the program logger.'),
  AuditToBackendDB: setting(
    'bool',
    false,
    { ignored: 'Baton always keeps the audit in its own database' },
    'Keeps audit entries in the database.',
  ),
  AuditPurgeDays: setting('uint', 7, 'used', 'How long audit, detections, recoveries and their steps are kept.', {
    unit: 'days',
  }),
  GraphiteAddr: setting('string', '', 'used', 'Graphite address, host:port, that metrics are sent to.', {
    restart: true,
  }),
  GraphitePath: setting('string', '', 'used', 'Prefix of the Graphite metrics; may hold {hostname}.', {
    restart: true,
  }),
  GraphiteConvertHostnameDotsToUnderscores: setting(
    'bool',
    true,
    'used',
    'Writes dots of the host name as underscores in the Graphite prefix.',
    { restart: true },
  ),
  GraphitePollSeconds: setting('int', 60, 'used', 'How often metrics are sent to Graphite; 0 or less turns it off.', {
    unit: 'seconds',
    restart: true,
  }),
};

/** Authentication and TLS of the service (configuration reference, section 3.2). */
export const AUTHENTICATION_SETTINGS = {
  ReadOnly: setting('bool', false, 'used', 'Refuses every request that changes something.'),
  AuthenticationMethod: setting(
    'string',
    '',
    'used',
    'How users of the HTTP service are told apart: empty, basic, multi, proxy or token; oauth only reads.',
    {
      restart: true,
    },
  ),
  HTTPAuthUser: setting('string', '', 'used', 'User name for basic and multi authentication.', { restart: true }),
  HTTPAuthPassword: setting('string', '', 'used', 'Password for basic and multi authentication.', {
    secret: true,
    restart: true,
  }),
  AuthUserHeader: setting('string', 'X-Forwarded-User', 'used', 'Header in which a proxy names the user.'),
  PowerAuthUsers: setting('string[]', ['*'], 'used', 'Users behind a proxy who may change things; * is all.'),
  PowerAuthGroups: setting('string[]', [], 'used', 'Unix groups of users behind a proxy who may change things.'),
  AccessTokenUseExpirySeconds: setting('uint', 60, 'used', 'Time within which an access token must be picked up.', {
    unit: 'seconds',
  }),
  AccessTokenExpiryMinutes: setting('uint', 1440, 'used', 'How long after its making an access token is valid.', {
    unit: 'minutes',
  }),
  OAuthClientId: setting('string', '', NO_OAUTH, 'OAuth client id.', { restart: true }),
  OAuthClientSecret: setting('string', '', NO_OAUTH, 'OAuth client secret.', { secret: true, restart: true }),
  OAuthScopes: setting('string[]', [], NO_OAUTH, 'OAuth scopes.', { restart: true }),
  UseSSL: setting('bool', false, 'used', 'Serves HTTPS.', TLS_OF_SERVICE),
  UseMutualTLS: setting('bool', false, 'used', 'Asks clients for a certificate and checks it.', TLS_OF_SERVICE),
  SSLSkipVerify: setting('bool', false, 'not-used-yet', 'Does not verify the certificates of peers.', TLS_OF_SERVICE),
  SSLPrivateKeyFile: setting('string', '', 'used', 'Private key of the HTTPS service.', TLS_OF_SERVICE),
  SSLCertFile: setting('string', '', 'used', 'Certificate of the HTTPS service.', TLS_OF_SERVICE),
  SSLCAFile: setting('string', '', 'used', 'Certificate authority for client certificates.', TLS_OF_SERVICE),
  SSLValidOUs: setting('string[]', [], 'used', 'Organizational units accepted from clients.', TLS_OF_SERVICE),
};
