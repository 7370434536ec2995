import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const BATON = fileURLToPath(new URL('../../src/main/cli/baton.ts', import.meta.url));
const HOME = fileURLToPath(new URL('../../', import.meta.url));
/** Runs a program with mounts of its own (util-linux). */
export const UNSHARE = 'unshare';
const LIMIT_MS = 20_000;

/** A program that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A program and what it says. */
class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = '';
  err = '';

  private constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => {
      this.out += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.err += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
      child.once('close', (code) => {
        clearTimeout(timer);
        resolve({ code, out: this.out.trimEnd(), err: this.err.trimEnd() });
      });
    });
  }

  static start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    return new Program(spawn(command, args, { cwd: HOME, env: { ...process.env, ...env } }));
  }
}

/** Runs `baton` to its end; one that goes on for 20 s is killed. */
export function baton(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return Program.start(process.execPath, [BATON, ...args], env).ended;
}

/** Runs any program to its end, in the project's folder. */
export function run(command: string, args: readonly string[]): Promise<Ended> {
  return Program.start(command, args).ended;
}

/** Whether file systems can be mounted here (Linux, as root). */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync(UNSHARE, ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A TCP server of this test, which treats each connection in its own way. */
export class Peer {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number, sockets: Set<Socket>) {
    this.#server = server;
    this.port = port;
    this.#sockets = sockets;
  }

  static start(answer: (socket: Socket) => void): Promise<Peer> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      answer(socket);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(new Peer(server, address.port, sockets));
      });
    });
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** Greets as a MySQL server of that version, and lets anybody in. */
export function greetAs(version: string): (socket: Socket) => void {
  return (socket) => {
    // Protocol::HandshakeV10 without CLIENT_PLUGIN_AUTH, and an OK packet for whatever log-in follows.
    const greeting = Buffer.concat([
      Buffer.from([10]),
      Buffer.from(`${version}\0`),
      Buffer.from([7, 0, 0, 0]),
      Buffer.from('saltsalt\0'),
      Buffer.from([0xff, 0xf7, 8, 2, 0, 0, 0, 21]),
      Buffer.alloc(10),
      Buffer.from('saltsaltsalt\0'),
    ]);
    socket.write(packet(0, greeting));
    socket.once('data', () => socket.write(packet(2, Buffer.from([0, 0, 0, 2, 0, 0, 0]))));
  };
}

function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, payload]);
}

/** As a web server that was asked in a language that it doesn't speak. */
export function answerAsHttp(socket: Socket): void {
  socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
}
