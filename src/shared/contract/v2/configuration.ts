import { z } from 'zod';
import { SETTING_GROUPS } from '../../settings/group-names.ts';
import { list } from './primitives.ts';

const settingSourceSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('default') }),
    z.object({ kind: z.literal('file'), file: z.string(), line: z.number().int() }),
    z.object({ kind: z.literal('environment'), variable: z.string(), file: z.string() }),
    z.object({ kind: z.literal('keychain'), name: z.string(), file: z.string() }),
    z.object({ kind: z.literal('credentials-file'), file: z.string() }),
    z.object({ kind: z.literal('derived') }).describe('Follows from other settings.'),
    z.object({ kind: z.literal('unknown') }).describe('Not the default, and not from a file.'),
  ])
  .describe('Where a value comes from.');

const settingValueSchema = z
  .union([z.boolean(), z.number(), z.string(), list(z.string()), z.record(z.string(), z.string())])
  .describe('Secrets that are set are masked.');

export const settingSchema = z
  .object({
    name: z.string(),
    group: z.enum(SETTING_GROUPS),
    type: z.enum(['bool', 'int', 'uint', 'float', 'string', 'string[]', 'map']),
    value: settingValueSchema,
    default: settingValueSchema,
    isDefault: z.boolean(),
    source: settingSourceSchema,
    use: z.enum(['used', 'not-used-yet', 'ignored']),
    reason: z.string().describe('Why it is ignored; empty for the others.'),
    doc: z.string(),
    unit: z.enum(['milliseconds', 'seconds', 'minutes', 'hours', 'days', 'bytes', 'polls']).nullable(),
    secret: z.boolean(),
    reloadable: z.boolean().describe('A change takes effect with a reload; else with the next start.'),
  })
  .describe('A setting, as it is in force.');

export const configurationSchema = z
  .object({
    files: list(z.string()).describe('Those that were read, in order; empty when there are none.'),
    settings: list(settingSchema),
  })
  .describe('All settings in force.');

export const configurationTextSchema = z
  .strictObject({ text: z.string().max(1_000_000) })
  .describe('A configuration file as text.');

const findingSchema = z.object({
  level: z.enum(['error', 'warning', 'info']),
  setting: z.string().describe('Empty when it is about the whole.'),
  message: z.string(),
  line: z.number().int().nullable().describe('From 1.'),
  column: z.number().int().nullable().describe('From 1.'),
});

export const configurationCheckSchema = z
  .object({
    ok: z.boolean().describe('Baton would start with it.'),
    findings: list(findingSchema).describe('Worst first.'),
  })
  .describe('What is wrong with a configuration, or worth knowing.');

export const reloadReportSchema = z
  .object({
    files: list(z.string()),
    inForce: list(z.string()).describe('Settings with a new value that holds from now on.'),
    needRestart: list(z.string()).describe('Settings with a new value that holds from the next start on.'),
    message: z.string(),
    warnings: list(z.string()),
  })
  .describe('What reading the configuration again has changed.');
