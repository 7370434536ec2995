import { z } from 'zod';
import { OPERATION_NAMES } from '../../domain/operation.ts';
import { givenKeySchema, givenOwnerSchema, instanceKeySchema, list, logCoordinatesSchema } from './primitives.ts';
import { recoverySchema } from './recovery.ts';

const operationArgsSchema = z
  .strictObject({
    instance: givenKeySchema,
    destination: givenKeySchema.exactOptional(),
    pattern: z
      .string()
      .trim()
      .min(1)
      .exactOptional()
      .describe('Regular expression on host:port; only replicas that match are touched.'),
    text: z
      .string()
      .trim()
      .min(1)
      .exactOptional()
      .describe('A binary log, file:position, an entry, or the statement of restart-replica-statements.'),
    number: z.number().int().min(0).exactOptional().describe('Seconds of a delay, or the id of a session.'),
    force: z.boolean().exactOptional().describe('Purge logs that replicas still need; search all logs.'),
  })
  .describe('What an operation works on; what it does not use is left out.');

export const operationRequestSchema = z
  .strictObject({
    name: z.enum(OPERATION_NAMES),
    args: operationArgsSchema,
    dryRun: z.boolean().exactOptional().describe('Say what would be done, and do nothing.'),
    owner: givenOwnerSchema.exactOptional(),
  })
  .describe('A topology operation.');

const operationStateSchema = z
  .enum(['done', 'refused', 'undone', 'partial', 'left'])
  .describe(
    'done: in the target state, read back. refused: nothing was touched. undone: begun, and back where it was. ' +
      'partial: some replicas were moved, the others are as they were. left: neither could be reached; see the message.',
  );

const operationResultSchema = z.object({
  state: operationStateSchema,
  message: z.string(),
  subject: instanceKeySchema.nullable(),
  destination: instanceKeySchema.nullable(),
  replicas: list(z.object({ key: instanceKeySchema, state: operationStateSchema, reason: z.string() })),
  lines: list(z.string()),
});

const plannedStepSchema = z
  .object({
    server: z.string().describe('host:port, or empty.'),
    kind: z.string(),
    statements: list(z.string()).describe('The very statements, secrets masked.'),
    message: z.string(),
  })
  .describe('One thing that a dry run would do.');

export const operationReportSchema = z
  .object({
    result: operationResultSchema,
    uid: z.string().describe('Its log is exported under this; empty for a dry run.'),
    plan: list(plannedStepSchema).describe('Of a dry run: what it would do, in order.'),
  })
  .describe('What came of an operation, or what a dry run found.');

export const takeoverRequestSchema = z
  .strictObject({
    kind: z.enum([
      'graceful-master-takeover',
      'graceful-master-takeover-auto',
      'force-master-failover',
      'force-master-takeover',
      'cascade-master-takeover-auto',
    ]),
    cluster: z.string().trim().min(1).describe('Its name, its alias, or host[:port] of a member.'),
    designated: givenKeySchema.exactOptional().describe('Who is to become the source.'),
    killBlockers: z.boolean().exactOptional().describe('End the sessions that keep the source from read-only.'),
    dryRun: z.boolean().exactOptional().describe('Say what would be done, and do nothing.'),
    owner: givenOwnerSchema.exactOptional(),
  })
  .describe('A cluster to hand over, or to fail over by force.');

export const takeoverReportSchema = z
  .object({
    recovery: recoverySchema.nullable(),
    successor: instanceKeySchema.nullable(),
    message: z.string(),
    ok: z.boolean(),
    coordinates: logCoordinatesSchema.nullable().describe("Where the old source's binary log ended."),
    plan: list(plannedStepSchema),
  })
  .describe('What came of a takeover, or what a dry run found.');
