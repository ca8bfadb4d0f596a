import cluster, { type Address, type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import { CannotStart } from '../../common/cannot-start.js';
import type { ToMember } from './messages.js';
import { NumbersOfAll } from './numbers-of-all.js';

const AGAIN_MS = 1_000;

/**
 * Several processes that serve one port, each as if it were a replica: they share the database, and nothing else. One that ends by itself is
 * replaced. When this one is killed they end, too.
 */
export class ProcessGroup {
  /** Undefined while a place is not serving. */
  private readonly serving: (Worker | undefined)[];
  private readonly running = new Set<Worker>();
  private readonly numbers: NumbersOfAll;
  private stopping = false;

  /**
   * @param program the file that they run
   * @param env what they find in their environment beside what this process does
   * @param onLoss hears which one ended by itself, from 1
   */
  constructor(
    { size, program }: { readonly size: number; readonly program: string },
    private readonly env: Readonly<Record<string, string>>,
    private readonly onLoss: (place: number) => void,
  ) {
    cluster.setupPrimary({ exec: program });
    this.serving = Array.from({ length: size }, () => undefined);
    this.numbers = new NumbersOfAll(this.serving);
  }

  /** Starts all of them; answers the port that they serve. @throws CannotStart when one did not come so far; it has said why. */
  async start(): Promise<number> {
    const ports = await Promise.all(this.serving.map((_, place) => this.launch(place)));
    const [port] = ports;
    if (port !== undefined && !ports.includes(undefined)) return port;
    await this.stop();
    throw new CannotStart('A process that should serve did not start. What it said is above.');
  }

  /** Tells all of them to stop, and waits until they have. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.running].map((member) => ended(member, { kind: 'stop' })));
  }

  /** Resolves with the port when it serves, or with undefined when it ended before that. */
  private launch(place: number): Promise<number | undefined> {
    const member = cluster.fork(this.env);
    this.running.add(member);
    this.numbers.answer(member);
    return new Promise((resolve) => {
      member.once('listening', ({ port }: Address) => {
        this.serving[place] = member;
        resolve(port);
      });
      // One that could not be started has no exit; and what was said to one that has just died is no failure of this process.
      member.on('error', () => {
        if (member.process.pid === undefined) this.running.delete(member);
        resolve(undefined);
      });
      member.once('exit', () => {
        this.running.delete(member);
        resolve(undefined);
        if (this.serving[place] === member) void this.replace(place);
      });
    });
  }

  private async replace(place: number): Promise<void> {
    this.serving[place] = undefined;
    if (this.stopping) return;
    this.onLoss(place + 1);
    while (!this.stopping && (await this.launch(place)) === undefined) await pause(AGAIN_MS);
  }
}

function ended(member: Worker, message: ToMember): Promise<void> {
  return new Promise((resolve) => {
    member.once('exit', () => resolve());
    if (member.isConnected()) member.send(message);
  });
}
