import * as configuration from './configuration.ts';
import * as connection from './connection.ts';
import { type Endpoint, json, NOTHING } from './endpoint.ts';
import { poolRequestSchema, poolSchema } from './pool.ts';
import { list } from './primitives.ts';

/** Pools, accounts, configuration and names: what the console sets up. */
export const MANAGING = {
  pools: {
    method: 'GET',
    path: 'pools',
    auth: '-',
    tag: 'upkeep',
    summary: 'The pools and the servers in them.',
    reply: json(list(poolSchema)),
  },
  submitPool: {
    method: 'PUT',
    path: 'pools/{pool}',
    auth: 'W',
    tag: 'upkeep',
    summary: 'Says which servers a pool holds, in place of those that it held.',
    body: poolRequestSchema,
    reply: NOTHING,
  },
  removePool: {
    method: 'DELETE',
    path: 'pools/{pool}',
    auth: 'W',
    tag: 'upkeep',
    summary: 'Empties a pool, which removes it.',
    reply: NOTHING,
  },
  configuration: {
    method: 'GET',
    path: 'configuration',
    auth: '-',
    tag: 'node',
    summary: 'All settings in force, where each comes from and whether it is honoured; secrets are masked.',
    reply: json(configuration.configurationSchema),
  },
  checkConfiguration: {
    method: 'POST',
    path: 'configuration/check',
    auth: 'W',
    tag: 'node',
    summary: 'Says what is wrong with the text of a configuration file, as `baton config check` does; changes nothing.',
    body: configuration.configurationTextSchema,
    reply: json(configuration.configurationCheckSchema),
  },
  reloadConfiguration: {
    method: 'POST',
    path: 'configuration/reload',
    auth: 'W',
    tag: 'node',
    summary: 'Reads the configuration files of this node again.',
    reply: json(configuration.reloadReportSchema),
  },
  resetHostNames: {
    method: 'DELETE',
    path: 'host-names',
    auth: 'W',
    tag: 'topology',
    summary: 'Forgets what host names stand for; they are looked up again.',
    reply: NOTHING,
  },
  testConnection: {
    method: 'POST',
    path: 'connection-tests',
    auth: 'W',
    tag: 'topology',
    summary: 'Connects to a server and says what is found there, what is missing and how to mend it. Nothing is kept.',
    body: connection.connectionTestRequestSchema,
    reply: json(connection.connectionTestSchema),
  },
  credentials: {
    method: 'GET',
    path: 'credentials',
    auth: '-',
    tag: 'node',
    summary: 'The accounts with which Baton connects to servers, without their passwords.',
    reply: json(connection.credentialsSchema),
  },
  setCredential: {
    method: 'PUT',
    path: 'credentials/{group}',
    auth: 'W',
    tag: 'node',
    summary: 'Sets the account for the servers of a group, kept in the keychain or else until this program ends.',
    body: connection.credentialRequestSchema,
    reply: json(connection.savedCredentialsSchema),
  },
  removeCredential: {
    method: 'DELETE',
    path: 'credentials/{group}',
    auth: 'W',
    tag: 'node',
    summary: 'Removes the account of a group.',
    reply: NOTHING,
  },
} as const satisfies Record<string, Endpoint>;
