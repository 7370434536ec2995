import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import { baton } from '../../cli/test-io.ts';
import { OTHER_SHAPES } from '../intended.ts';
import { COMMAND_SYNONYMS, REFERENCE_COMMANDS } from '../reference/commands.ts';
import type { ReferenceRoute } from '../reference/routes.ts';
import { mismatches } from '../reference/shape-check.ts';
import { referenceRouteOf } from './coverage.ts';
import type { Step, World } from './step.ts';

interface Envelope {
  readonly Code: string;
  readonly Message: string;
  readonly Details: unknown;
}

/** Takes steps one after the other, compares each answer with the reference, and remembers what was walked. */
export class Walker {
  /** Paths of routes of the reference that were asked. */
  readonly routes = new Set<string>();
  readonly commands = new Set<string>();
  /** Those of them that were asked for what they can do, and not only for what they refuse. */
  readonly done = new Set<string>();
  readonly problems: string[] = [];
  private readonly url: string;
  private readonly world: World;
  private readonly env: Record<string, string | undefined>;
  private readonly remembered = new Map<string, string>();

  /** @param keys the servers of the lab by name @param texts what else steps may name */
  constructor(
    url: string,
    keys: ReadonlyMap<string, InstanceKey>,
    world: World,
    texts: Readonly<Record<string, string>>,
  ) {
    this.url = url;
    this.world = world;
    this.env = { BATON_API: url };
    this.remember(texts);
    for (const [name, key] of keys) {
      this.remembered.set(name, `${key.hostname}/${key.port}`);
      this.remembered.set(`${name}:`, keyText(key));
    }
  }

  async walk(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.take(step);
  }

  private async take(step: Step): Promise<void> {
    if (step.kind === 'act') {
      await step.act(this.world);
      return;
    }
    if (step.kind === 'learn') {
      this.remember(await step.learn(this.world));
      return;
    }
    const found = 'path' in step ? await this.asked(step) : await this.ran(step);
    const said = 'path' in step ? `GET ${this.filled(step.path)}` : `baton -c ${this.words(step.words).join(' ')}`;
    this.problems.push(...found.map((problem) => `${said}: ${problem}`));
  }

  private async asked(step: Extract<Step, { readonly path: string }>): Promise<readonly string[]> {
    const path = this.filled(step.path);
    const route = referenceRouteOf(path);
    if (route === null) return ['the reference has no such route'];
    this.routes.add(route.path);
    if (step.kind === 'call') this.done.add(route.path);
    const response = await fetch(`${this.url}/api/${path}`);
    const type = response.headers.get('content-type');
    if (type !== 'application/json; charset=UTF-8') return [`status ${response.status}, content type ${type}`];
    const body: unknown = await response.json();
    if (step.kind === 'failing-call') return failureProblems(response.status, body, step);
    const wrong = [response.status !== 200 && `status ${response.status}`].filter((each) => each !== false);
    if (route.style === 'envelope' || isEnvelope(body)) {
      if (!isEnvelope(body)) return [...wrong, 'no envelope'];
      if (route.style === 'bare') return [...wrong, `an envelope: ${body.Message}`];
      if (body.Code !== 'OK') return [...wrong, `${body.Code}: ${body.Message}`];
      return [...wrong, ...mismatches(body.Details, shapeOf(route)), ...this.checked(step, body.Details, body.Message)];
    }
    return [...wrong, ...mismatches(body, route.shape), ...this.checked(step, body, '')];
  }

  private checked(
    { check }: Extract<Step, { readonly kind: 'call' }>,
    value: unknown,
    message: string,
  ): readonly string[] {
    try {
      this.remember(check?.(value, message) ?? {});
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private async ran(step: Extract<Step, { readonly words: readonly string[] }>): Promise<readonly string[]> {
    const words = this.words(step.words);
    const [given = ''] = words;
    const name = COMMAND_SYNONYMS.get(given) ?? given;
    const form = REFERENCE_COMMANDS.get(name);
    if (form === undefined) return ['the reference has no such command'];
    this.commands.add(name);
    if (step.kind === 'command') this.done.add(`-c ${name}`);
    const { code, out, error } = await baton(this.env, '-c', ...words);
    if (step.kind === 'failing-command') {
      const right = code === 1 && step.message.test(error);
      return right ? [] : [`ended with ${code}, printed "${out}" and "${error}"`];
    }
    if (code !== 0) return [`ended with ${code}: ${error}${out}`];
    const wanted = step.output === undefined ? [form] : [form, step.output];
    return wanted.filter((each) => !each.test(out)).map((each) => `printed "${out}", not ${each}`);
  }

  private words(words: readonly string[]): readonly string[] {
    return words.map((word) => this.filled(word));
  }

  private remember(texts: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(texts)) this.remembered.set(name, text);
  }

  private filled(text: string): string {
    return text.replaceAll(/\{([\w:]+)\}/g, (whole, name: string) => this.remembered.get(name) ?? whole);
  }
}

function failureProblems(
  status: number,
  body: unknown,
  { message, details }: Extract<Step, { readonly kind: 'failing-call' }>,
): readonly string[] {
  if (!isEnvelope(body)) return [`no envelope: ${JSON.stringify(body)?.slice(0, 200)}`];
  const { Code, Message, Details } = body;
  const problems = mismatches(Details, details);
  if (status !== 500 || Code !== 'ERROR') return [`status ${status}, ${Code}: ${Message}`, ...problems];
  return message.test(Message) ? problems : [`says "${Message}"`, ...problems];
}

function shapeOf({ path, shape }: ReferenceRoute): string {
  return OTHER_SHAPES.get(path) ?? shape;
}

function isEnvelope(body: unknown): body is Envelope {
  return typeof body === 'object' && body !== null && 'Code' in body;
}
