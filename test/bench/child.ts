import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A part of a bench in a process of its own, which is told things and tells what comes of them. */
export class BenchChild<Told, Tells> {
  private readonly process: ChildProcess;
  private readonly name: string;

  /** @param name of the file beside this one */
  constructor(name: string) {
    this.name = name;
    const file = fileURLToPath(new URL(`./${name}`, import.meta.url));
    this.process = fork(file, { execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  }

  tell(message: Told): void {
    this.process.send(message as object);
  }

  /** Tells something and waits for what it has to say next. @throws Error when it ends instead */
  async ask(message: Told): Promise<Tells> {
    const ended = new AbortController();
    const gone = once(this.process, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`${this.name} ended with ${code}.`);
    });
    gone.catch(() => undefined);
    const said = once(this.process, 'message', { signal: ended.signal });
    said.catch(() => undefined);
    this.tell(message);
    try {
      const [reply] = (await Promise.race([said, gone])) as [Tells];
      return reply;
    } finally {
      ended.abort();
    }
  }

  /** @param last what makes it end by itself; without it, it is ended */
  async end(last?: Told): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    if (last === undefined) this.process.kill('SIGKILL');
    else this.tell(last);
    await gone;
  }
}
