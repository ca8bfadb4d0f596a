import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Where the build is. */
export const DIST = join(import.meta.dirname, '../../dist/src');
const LOG_LINES = 5_000;
/** Ends a child whose starter was killed: the channel between them closes. */
const ENDS_WITH_STARTER = 'data:text/javascript,process.on("disconnect",()=>process.exit(1))';

const running = new Set();
process.on('exit', killAll);

/** One process of the service, from the build. */
export class ServiceProcess {
  #program;
  #child;
  #log = [];
  #killed = false;

  /**
   * @param program `main` or `worker`
   * @param env the whole environment it sees
   * @param files how many files it may have open; as many as its starter when left out
   */
  constructor(program, env, { files } = {}) {
    this.#program = program;
    const args = ['--import', ENDS_WITH_STARTER, join(DIST, `${program}.js`)];
    const command = files ? ['sh', '-c', `ulimit -n ${files} && exec "$0" "$@"`, process.execPath] : [process.execPath];
    this.#child = spawn(command[0], [...command.slice(1), ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    running.add(this.#child);
    this.#child.once('exit', () => running.delete(this.#child));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface(stream).on('line', (line) => this.#keep(line));
    }
  }

  /** How it ended without having been killed by us; undefined while all is well. */
  get ownEnd() {
    if (this.#killed || !this.#hasEnded) return undefined;
    return `${this.#program} ended by itself (${this.#child.signalCode ?? this.#child.exitCode})`;
  }

  get pid() {
    return this.#child.pid;
  }

  /** The newest lines that it logged, for whoever must find out what went wrong. */
  get log() {
    return this.#log;
  }

  /** As if the machine had lost it: nothing is finished. */
  async kill() {
    if (this.#hasEnded) return;
    this.#killed = true;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  /** Asks it to stop: `{ code, tookMs }`, with the exit code. */
  async stop() {
    const since = performance.now();
    this.#killed = true;
    this.#child.kill('SIGTERM');
    if (!this.#hasEnded) await once(this.#child, 'exit');
    return { code: this.#child.exitCode, tookMs: performance.now() - since };
  }

  /** Stops it where it is, until {@link thaw}. */
  freeze() {
    this.#child.kill('SIGSTOP');
  }

  thaw() {
    this.#child.kill('SIGCONT');
  }

  get #hasEnded() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** All but the welcome. */
  #keep(line) {
    if (!/^(\{|.*Error|\s+at )/.test(line)) return;
    this.#log.push(line);
    if (this.#log.length > LOG_LINES) this.#log.shift();
  }
}

/** Ends every process that is left, at once. */
export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** A port of 127.0.0.1 that nobody uses now. */
export async function freePort() {
  const [port] = await freePorts(1);
  return port;
}

/** So many ports of 127.0.0.1 that nobody uses now, no two of them the same. */
export async function freePorts(number) {
  const servers = Array.from({ length: number }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
