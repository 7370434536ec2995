import { z } from 'zod';
import { timelineSchema } from '../v2/timeline.ts';

/** What the desktop program offers its page beyond the engine: `shell/…` calls, validated on both sides. */

const engineChoiceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }).describe('The engine of this very program, with data of its own.'),
  z
    .strictObject({ kind: z.literal('remote'), api: z.string().trim().min(1).max(2000) })
    .describe('Engines elsewhere, as of one quorum; addresses apart by spaces.'),
]);

export const profileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  name: z.string().trim().min(1).max(80),
  colour: z.enum(['gray', 'blue', 'teal', 'green', 'yellow', 'orange', 'red', 'grape']),
  production: z.boolean().describe('What changes a server asks for the typed name of the cluster.'),
  engine: engineChoiceSchema,
});
export type Profile = z.infer<typeof profileSchema>;

export const preferencesSchema = z.strictObject({
  language: z.enum(['en', 'zh']),
  theme: z.enum(['light', 'dark', 'contrast', 'system']),
  notifications: z.boolean(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const shellStateSchema = z.strictObject({
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  version: z.string(),
  profiles: z.array(profileSchema),
  activeProfile: z.string(),
  /** Null when the engine of this program can be used; else why it can't. */
  embeddedProblem: z.string().nullable(),
  preferences: preferencesSchema,
});
export type ShellState = z.infer<typeof shellStateSchema>;

const saveFileSchema = z.strictObject({
  suggestedName: z.string().regex(/^[\w .@+-]{1,120}$/),
  /** The bytes in base64. */
  base64: z.string().max(64 * 1024 * 1024),
});

const recoveryFileSchema = z.strictObject({
  name: z.string().max(255),
  base64: z.base64().max(88 * 1024 * 1024),
});

const engineCredentialsSchema = z.strictObject({
  profile: z.string(),
  user: z.string().trim().min(1).max(128),
  password: z.string().max(1024),
});

interface ShellEndpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The exact path, below `shell/`. */
  readonly path: string;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
}

export const SHELL_ENDPOINTS = {
  state: { method: 'GET', path: 'state', reply: shellStateSchema },
  saveProfile: { method: 'PUT', path: 'profile', body: profileSchema, reply: shellStateSchema },
  removeProfile: {
    method: 'DELETE',
    path: 'profile',
    body: z.strictObject({ id: z.string() }),
    reply: shellStateSchema,
  },
  activateProfile: {
    method: 'POST',
    path: 'active-profile',
    body: z.strictObject({ id: z.string() }),
    reply: shellStateSchema,
  },
  /** User and password for a remote engine; only the program that asks it ever has them. */
  setEngineCredentials: {
    method: 'PUT',
    path: 'engine-credentials',
    body: engineCredentialsSchema,
    reply: z.strictObject({
      kept: z.enum(['keychain', 'session']).describe('`session`: until this program ends.'),
      problem: z.string().describe('Why the keychain could not be used, and what to do; empty when it could.'),
    }),
  },
  forgetEngineCredentials: {
    method: 'DELETE',
    path: 'engine-credentials',
    body: z.strictObject({ profile: z.string() }),
    reply: z.strictObject({}),
  },
  setPreferences: { method: 'PUT', path: 'preferences', body: preferencesSchema, reply: shellStateSchema },
  /** Asks where to, and writes. `saved` is the path, or null when it was called off. */
  saveFile: {
    method: 'POST',
    path: 'save-file',
    body: saveFileSchema,
    reply: z.strictObject({ saved: z.string().nullable() }),
  },
  /** Asks for an orchestrator configuration and takes over what it has; `report` says what, in lines. */
  importConfiguration: {
    method: 'POST',
    path: 'import-configuration',
    body: z.strictObject({}),
    reply: z.strictObject({ imported: z.boolean(), report: z.array(z.string()) }),
  },
  /** Looks into a recovery file without any engine: what `replay` of API v2 answers. */
  readRecoveryFile: {
    method: 'POST',
    path: 'read-recovery-file',
    body: recoveryFileSchema,
    reply: timelineSchema,
  },
} as const satisfies Record<string, ShellEndpoint>;

export type ShellEndpoints = typeof SHELL_ENDPOINTS;
export type ShellEndpointName = keyof ShellEndpoints;
