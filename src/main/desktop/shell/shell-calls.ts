import type { z } from 'zod';
import {
  SHELL_ENDPOINTS,
  type ShellEndpointName,
  type ShellEndpoints,
} from '../../../shared/contract/console/shell.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { failedCall } from '../engine/console-engine.ts';
import type { ShellCalls } from '../page/page-port.ts';

type BodyOf<Name extends ShellEndpointName> = ShellEndpoints[Name] extends {
  readonly body: infer Body extends z.ZodType;
}
  ? z.output<Body>
  : undefined;
type ReplyOf<Name extends ShellEndpointName> = z.output<ShellEndpoints[Name]['reply']>;

/** What answers each call of the shell. What it rejects with is told to the person. */
export type ShellHandlers = {
  readonly [Name in ShellEndpointName]: (body: BodyOf<Name>) => ReplyOf<Name> | Promise<ReplyOf<Name>>;
};

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: z.ZodType;
}

/** Finds, validates and answers the calls that a page makes to the program around it. */
export function shellCalls(handlers: ShellHandlers): ShellCalls {
  const calls = Object.entries<Call>(SHELL_ENDPOINTS);
  return async (method, path, body) => {
    const found = calls.find(([, call]) => call.method === method && call.path === path);
    if (found === undefined)
      return failedCall(`The program around the console has no call ${method} shell/${path}.`, 404);
    const [name, call] = found;
    const read = call.body?.safeParse(body);
    if (read?.success === false) {
      const places = read.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
      return failedCall(`shell/${path} was asked for wrongly: ${places.join('; ')}.`, 400);
    }
    try {
      const reply = await handlers[name as ShellEndpointName](read?.data as never);
      return { status: 200, contentType: 'application/json', body: reply };
    } catch (error) {
      return failedCall(error instanceof BatonError ? error.text : reasonOf(error), 500);
    }
  };
}
