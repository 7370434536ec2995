import type { EngineEvent } from '../../../shared/domain/event.ts';
import { CliError } from '../../client/client-error.ts';
import type { Endpoint } from '../../client/endpoint.ts';
import { reasonOf } from '../../client/request-failure.ts';
import { readEvents, type ServerSentEvent } from '../../client/server-sent-events.ts';
import { open } from '../api-client.ts';
import type { CommandCall } from '../command.ts';
import type { CliIo } from '../io.ts';
import { eventText } from './event-text.ts';
import { ScreenView } from './screen-view.ts';
import { PlainView, type TopologyFrame, type WatchView } from './view.ts';

/** The engine speaks every five seconds; one that is silent for this long is gone. */
const SILENCE_MS = 15_000;
const PAUSES_MS = [500, 1000, 2000, 5000];

/**
 * Shows topologies until Ctrl-C, and connects again whenever the engine goes away.
 * @throws CliError when the first connection fails: then the address is more likely wrong than the engine away
 */
export async function watch({ input, io, endpoint }: CommandCall): Promise<number> {
  const hint = input.optional('alias') || input.optional('instance');
  const ending = new AbortController();
  const forgetInterrupt = io.onInterrupt(() => ending.abort());
  let view: WatchView | null = null;
  try {
    let engine = await endpoint();
    let stream = await connect(engine, hint, ending.signal);
    view = viewFor(io, engine);
    while (true) {
      const reason = await follow(stream, view, ending.signal);
      if (ending.signal.aborted) return 0;
      view.status(`Lost the engine at ${engine.url}: ${reason}. Trying again.`);
      const again = await reconnect(endpoint, hint, ending.signal);
      if (again === null) return 0;
      ({ engine, stream } = again);
      view.restart();
      view.status('');
      view.event(io.nowMs(), `Connected again to ${engine.url}`);
    }
  } catch (error) {
    if (ending.signal.aborted) return 0;
    throw error;
  } finally {
    view?.close();
    forgetInterrupt();
    ending.abort();
  }
}

interface Stream {
  readonly events: AsyncIterable<ServerSentEvent>;
  readonly stop: AbortController;
}

async function connect(engine: Endpoint, hint: string, ending: AbortSignal): Promise<Stream> {
  const stop = new AbortController();
  const query = hint === '' ? '' : `?cluster=${encodeURIComponent(hint)}`;
  const response = await open(engine, `${engine.url}/v2/watch${query}`, AbortSignal.any([stop.signal, ending]));
  if (response.status !== 200 || response.body === null) {
    stop.abort();
    throw new CliError(
      `${engine.url} can't be watched (status ${response.status}): it is another program or an older version of Baton.`,
    );
  }
  return { events: readEvents(response.body), stop };
}

async function reconnect(
  endpoint: () => Promise<Endpoint>,
  hint: string,
  ending: AbortSignal,
): Promise<{ readonly engine: Endpoint; readonly stream: Stream } | null> {
  for (let attempt = 0; !ending.aborted; attempt++) {
    await pause(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0, ending);
    try {
      const engine = await endpoint();
      return { engine, stream: await connect(engine, hint, ending) };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
    }
  }
  return null;
}

/** @returns why the stream ended */
async function follow({ events, stop }: Stream, view: WatchView, ending: AbortSignal): Promise<string> {
  let silence: NodeJS.Timeout | undefined;
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => stop.abort(new Error('it has said nothing for 15 seconds')), SILENCE_MS);
  };
  listen();
  try {
    for await (const event of events) {
      listen();
      show(event, view);
    }
    return 'it closed the connection';
  } catch (error) {
    return ending.aborted ? '' : reasonOf(stop.signal.aborted ? stop.signal.reason : error);
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}

function show({ name, data }: ServerSentEvent, view: WatchView): void {
  if (name === 'topology') {
    view.topology(JSON.parse(data) as TopologyFrame);
    view.status('');
  } else if (name === 'activity') {
    const event = JSON.parse(data) as EngineEvent;
    const text = eventText(event);
    if (text !== null) view.event(event.atMs, text);
  } else if (name === 'missing') {
    view.status((JSON.parse(data) as { readonly message: string }).message);
  }
}

function viewFor(io: CliIo, engine: Endpoint): WatchView {
  if (!io.out.isTty) return new PlainView(io.out, io.error);
  return new ScreenView(io.out, engine.url, (io.env.NO_COLOR ?? '') === '' && io.env.TERM !== 'dumb');
}

function pause(ms: number, ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ending.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    ending.addEventListener('abort', done);
  });
}
