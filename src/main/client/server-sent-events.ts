/** One event of a stream; `data` is undecoded. A comment is given as an event with an empty name. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
}

/** Reads `text/event-stream` (WHATWG HTML, section 9.2) as far as Baton's own streams use it. */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  // A snapshot comes in hundreds of chunks: only what is new is searched for its end.
  let pending: string[] = [];
  let last = '';
  for await (const chunk of chunks) {
    const text = last + decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    const rest = blocks.pop() ?? '';
    for (const block of blocks) {
      yield eventOf(pending.join('') + block);
      pending = [];
    }
    // Its line break may be the first half of an end.
    const kept = rest.endsWith('\n') ? 1 : 0;
    pending.push(rest.slice(0, rest.length - kept));
    last = rest.slice(rest.length - kept);
  }
}

function eventOf(block: string): ServerSentEvent {
  let name = '';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice('event: '.length);
    else if (line.startsWith('data: ')) data.push(line.slice('data: '.length));
  }
  return { name, data: data.join('\n') };
}
