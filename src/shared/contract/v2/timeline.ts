import { z } from 'zod';
import { memberSchema } from './instance.ts';
import { instanceKeySchema, list, timeSchema } from './primitives.ts';

const verdictSchema = z
  .object({
    server: z.string().describe('host:port'),
    verdict: z.enum(['chosen', 'not-chosen', 'not-eligible']),
    reason: z.string(),
  })
  .describe('Why a server was, or was not, to take the place of the failed one.');

const timelineStepSchema = z
  .object({
    place: z.string().describe('Its place in the log: 7/2.0 is the first step of the third branch of step 7.'),
    kind: z.enum([
      'note',
      'phase',
      'read',
      'perform',
      'ask',
      'hooks',
      'propose',
      'fence',
      'unfence',
      'fence-state',
      'parallel',
      'sleep',
      'now',
    ]),
    detail: z.string().describe('The action, the question, the hooks, the command or the phase; else empty.'),
    server: z.string().describe('host:port, or empty.'),
    text: z.string(),
    statements: list(z.string()).describe('What was sent, secrets masked.'),
    beganMs: timeSchema,
    endedMs: timeSchema.nullable().describe('Null when its end was not recorded.'),
    result: z.string(),
    error: z.string().describe('Why it failed; empty when it did not.'),
    phase: z.string().nullable().describe('The last phase that had been reached by then.'),
    branch: z
      .object({ of: z.string(), index: z.number().int() })
      .nullable()
      .describe('The parallel step that it belongs to, and in which of its branches it is.'),
    changed: list(memberSchema).describe('Servers that stand otherwise after it.'),
  })
  .describe('Something that was done, asked or decided.');

const replayVerdictSchema = z
  .object({
    outcome: z
      .enum(['same', 'different', 'same-so-far', 'impossible'])
      .describe('same-so-far: the log ends before the routine did. impossible: this version can not decide it again.'),
    message: z.string(),
    divergences: list(
      z.object({
        place: z.string(),
        recorded: z.string(),
        replayed: z.string(),
        because: list(z.string()),
        recordedBecause: list(z.string()),
      }),
    ),
  })
  .describe('Whether this Baton would decide the same, told what the servers answered then.');

export const timelineSchema = z
  .object({
    uid: z.string(),
    kind: z.enum(['operation', 'recovery', 'takeover']),
    name: z.string(),
    writtenBy: z.string().describe('The version of Baton that recorded or exported it.'),
    owner: z.string().describe('Who asked for it, or the node that did it by itself.'),
    clusterName: z.string(),
    clusterAlias: z.string(),
    code: z.string().describe('What had failed, as an analysis code; empty for what no failure led to.'),
    description: z.string(),
    subject: instanceKeySchema.nullable().describe('The server that failed, hands over or is worked on.'),
    destination: instanceKeySchema.nullable(),
    startedMs: timeSchema,
    endedMs: timeSchema.nullable(),
    outcome: z.enum(['running', 'done', 'partial', 'undone', 'left', 'refused', 'failed', 'interrupted']),
    message: z.string().describe('What came of it.'),
    successor: instanceKeySchema.nullable(),
    lostReplicas: list(instanceKeySchema),
    participants: list(instanceKeySchema),
    errors: list(z.string()),
    settings: list(z.object({ name: z.string(), value: z.string() })).describe('By which it decided.'),
    members: list(memberSchema).describe('How the servers stood at the beginning.'),
    steps: list(timelineStepSchema).describe('In the order in which they ended; those without an end come last.'),
    verdicts: list(verdictSchema),
    replay: replayVerdictSchema.nullable().describe('Only of files that were sent.'),
  })
  .describe('A recovery, a takeover or an operation step by step, with the servers as they stood after each.');

export type RecoveryTimeline = z.output<typeof timelineSchema>;
export type TimelineStep = RecoveryTimeline['steps'][number];

/** The largest recovery file that is looked into, in bytes. One of a thousand servers has a few MB. */
export const MOST_FILE_BYTES = 12 * 1024 * 1024;

export const replayRequestSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(255).exactOptional().describe('Of the file, for messages.'),
    base64: z.base64().max(Math.ceil(MOST_FILE_BYTES / 3) * 4),
  })
  .describe('A recovery file, as "baton export-recovery" writes it.');
