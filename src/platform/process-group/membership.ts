import cluster from 'node:cluster';
import type { Numbers, ToGroup, ToMember } from './messages.js';

const requests = new Map<number, (text: string) => void>();
let asked = 0;

/** Whether this process is one of a {@link ProcessGroup}. */
export const isMember = (): boolean => cluster.isWorker;

/** Resolves when the group is to stop; never in a process that is alone. */
export function toldToStop(): Promise<void> {
  return new Promise((resolve) => hearOf('stop', () => resolve()));
}

/** Tells the group the metrics of this process whenever they are wanted, unless they cannot be had, and takes what it answers. */
export function takePart(own: () => Promise<Numbers>): void {
  if (!isMember()) return;
  hearOf('tell', ({ round }) => {
    own().then(
      (numbers) => say({ kind: 'told', round, numbers }),
      () => undefined,
    );
  });
  hearOf('gathered', ({ request, text }) => {
    requests.get(request)?.(text);
    requests.delete(request);
  });
}

/** The metrics of all processes of the group, as Prometheus reads them; without those of one that does not answer. */
export function numbersOfAll(): Promise<string> {
  const request = (asked += 1);
  return new Promise((resolve) => {
    requests.set(request, resolve);
    say({ kind: 'gather', request });
  });
}

function hearOf<Kind extends ToMember['kind']>(
  kind: Kind,
  hear: (message: Extract<ToMember, { kind: Kind }>) => void,
): void {
  if (!isMember()) return;
  process.on('message', (message: ToMember) => {
    if (message.kind === kind) hear(message as Extract<ToMember, { kind: Kind }>);
  });
}

function say(message: ToGroup): void {
  process.send?.(message);
}
