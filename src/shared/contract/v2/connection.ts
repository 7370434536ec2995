import { z } from 'zod';
import { flavorSchema, missingPrivilegeSchema } from './instance-facts.ts';
import { givenKeySchema, instanceKeySchema, list } from './primitives.ts';

export const connectionTestRequestSchema = z
  .strictObject({
    instance: givenKeySchema,
    user: z.string().min(1).max(128).exactOptional().describe('Left out, the account of the configuration is used.'),
    password: z.string().max(1024).exactOptional().describe('Neither logged nor kept. Only together with a user.'),
  })
  .describe('A server to connect to, without remembering it.');

const connectionProblemSchema = z
  .object({
    kind: z.enum([
      'unknown-host',
      'refused',
      'timeout',
      'broken',
      'not-mysql',
      'unsupported',
      'no-account',
      'access-denied',
      'host-not-allowed',
      'tls',
      'too-many-connections',
      'privileges',
      'shutting-down',
      'refused-by-server',
      'other',
    ]),
    message: z.string().describe('What happened, why, and what to do.'),
  })
  .describe('Why the server can not be used.');

export const connectionTestSchema = z
  .object({
    key: instanceKeySchema,
    ok: z.boolean().describe('Its state was read. Privileges may be missing still, or be why it could not be.'),
    problem: connectionProblemSchema.nullable(),
    latencyMs: z.number(),
    user: z.string().describe('With which user; empty for none.'),
    account: z.string().describe('Which account the server took it for, such as baton@10.%; empty without a log-in.'),
    server: z
      .object({
        version: z.string(),
        versionComment: z.string(),
        flavor: flavorSchema,
        serverId: z.number(),
        serverUuid: z.string(),
        serverHostname: z.string(),
        readOnly: z.boolean(),
        logBin: z.boolean(),
        logReplicaUpdates: z.boolean(),
        gtidMode: z.string().describe('Empty where the server has none.'),
        semiSync: z.boolean().describe('It waits for acknowledgements, or gives them.'),
        source: instanceKeySchema.nullable(),
        replicas: list(instanceKeySchema),
        groupMembers: list(instanceKeySchema),
      })
      .nullable(),
    missingPrivileges: list(
      missingPrivilegeSchema.extend({
        meaning: z.string().describe('What does not work without it.'),
        statement: z.string().describe('The GRANT that mends it, to be run by an administrator of that server.'),
      }),
    ),
    warnings: list(z.string()),
  })
  .describe('What came of connecting to a server.');

export const credentialGroupSchema = z
  .object({
    name: z.string().describe('What it is addressed by: host[:port] with * and ?, * for all the others, or a name.'),
    servers: list(z.string()).describe('Which servers it is for: host[:port] with * and ?.'),
    clusters: list(z.string()).describe('Which clusters it is for.'),
    user: z.string(),
    kept: z
      .enum(['keychain', 'session', 'file'])
      .describe('`session`: in memory until this program ends; `file`: the configuration or the environment.'),
  })
  .describe('An account for some servers. Passwords never leave the engine.');

export const credentialsSchema = z
  .object({
    groups: list(credentialGroupSchema).describe('In order: the first that fits a server counts.'),
    keychainProblem: z
      .string()
      .nullable()
      .describe('Why the keychain can not be used, and what to do; null when it can.'),
  })
  .describe('The accounts with which Baton connects to servers.');

export const credentialRequestSchema = z
  .strictObject({ user: z.string().trim().min(1).max(128), password: z.string().max(1024) })
  .describe('An account for the servers of a group.');

export const savedCredentialsSchema = credentialGroupSchema
  .extend({ notice: z.string().describe('Such as why it is kept for this session only; may be empty.') })
  .describe('A group as it was saved.');
