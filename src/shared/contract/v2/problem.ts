import { z } from 'zod';

/** RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string().describe('A stable name of the kind of problem: urn:baton:problem:CODE.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('A sentence: what happened, on which server, why, and what to do.'),
    code: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .exactOptional()
      .describe('What is wrong with the request, by place.'),
    report: z
      .unknown()
      .exactOptional()
      .describe('The report of an operation or a takeover that did not reach its goal.'),
  })
  .describe('Why a request was not fulfilled.');

export type Problem = z.infer<typeof problemSchema>;
