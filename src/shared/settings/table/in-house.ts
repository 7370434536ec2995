import { setting } from '../definition.ts';

const RESTART = { restart: true } as const;

/** Added by an in-house fork whose configurations are to be had as they are: metadata from a central database (CMDB). */
export const IN_HOUSE_SETTINGS = {
  MetaDBHost: setting(
    'string',
    '',
    'used',
    'Host of a central metadata database, where DetectDataCenterQuery, DetectClusterDomainQuery and DetectClusterAliasQuery are asked with dc_vaild_host_flag and dc_vaild_port_flag for the server; empty for none.',
    RESTART,
  ),
  MetaDBPort: setting('uint', 3306, 'used', 'Its port.', { min: 1, max: 65535, restart: true }),
  MetaDBName: setting('string', '', 'used', 'Its schema.', RESTART),
  MetaDBUser: setting(
    'string',
    '',
    'used',
    'User that Baton logs in to it with; empty for MySQLTopologyUser.',
    RESTART,
  ),
  MetaDBPassword: setting('string', '', 'used', 'Password of that user; may name an environment variable.', {
    secret: true,
    restart: true,
  }),
  SlaveBinLogEnableMaxLagSeconds: setting(
    'uint',
    0,
    'not-used-yet',
    'Lag up to which missing events are brought over to the promoted server; 0 for never.',
    { unit: 'seconds' },
  ),
};
