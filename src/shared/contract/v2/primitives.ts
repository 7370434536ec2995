import { z } from 'zod';

/** Values that many replies share. All times are milliseconds since the epoch by the engine's clock. */

/** A list as the engine gives it: nobody changes it. */
export function list<T extends z.ZodType>(item: T): z.ZodReadonly<z.ZodArray<T>> {
  return z.array(item).readonly();
}

export const instanceKeySchema = z
  .object({ hostname: z.string(), port: z.number().int() })
  .describe('A MySQL server, by host name and port.');

/** A key in a request, where it has to be one that can exist. */
export const givenKeySchema = z
  .strictObject({ hostname: z.string().trim().min(1).max(255), port: z.number().int().min(1).max(65535) })
  .describe('A MySQL server. Part of a host name is completed when only one known server contains it.');

export const logCoordinatesSchema = z
  .object({ file: z.string(), position: z.number().int() })
  .describe('A place in a binary or relay log; the position is in bytes.');

export const timeSchema = z.number().describe('Milliseconds since the epoch; 0 for never.');

/** Owner, reason or comment. */
export const givenTextSchema = z.string().trim().min(1).max(4096);

/** An owner whom the authentication doesn't tell; left out, the user who asks, else this node. */
export const givenOwnerSchema = z.string().trim().min(1).max(255);

/** Ten years, as on the compatible surface. */
const LONGEST_SECONDS = 10 * 365 * 86_400;

export const givenSecondsSchema = z.number().int().min(1).max(LONGEST_SECONDS);

/** `true` or `false` in a query. */
export const querySwitchSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A whole number in a query. */
export const queryNumberSchema = z
  .string()
  .regex(/^\d{1,9}$/, 'is no whole number')
  .transform(Number);

export const clusterHint = z
  .string()
  .trim()
  .min(1)
  .exactOptional()
  .describe('Name, alias, or host[:port] of a member.');

export const givenInstanceHint = z.string().trim().min(1).exactOptional().describe('host:port');

export const pageNumber = queryNumberSchema.exactOptional().describe('From 0; a page has 20 entries, newest first.');
