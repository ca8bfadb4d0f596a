import type { Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { Numbers, ToGroup, ToMember } from './messages.js';

/** How long a scrape waits for a process that does not answer. */
const PATIENCE_MS = 2_000;

interface Round {
  readonly asked: ReadonlyMap<Worker, string>;
  readonly told: Numbers[];
  readonly end: () => void;
}

/** Brings the metrics of all processes together for whichever of them is asked; each series says of which process it is. */
export class NumbersOfAll {
  private readonly rounds = new Map<number, Round>();
  private begun = 0;

  /** @param serving the processes by their places; undefined where none serves */
  constructor(private readonly serving: readonly (Worker | undefined)[]) {}

  answer(member: Worker): void {
    member.on('message', (message: ToGroup) => {
      if (message.kind === 'told') this.hear(member, message.round, message.numbers);
      else if (message.kind === 'gather') void this.gatherFor(member, message.request);
    });
  }

  private async gatherFor(member: Worker, request: number): Promise<void> {
    const numbers = await this.gather();
    const text = await AggregatorRegistry.aggregate(numbers.map((each) => [...each])).metrics();
    tell(member, { kind: 'gathered', request, text });
  }

  /** Those of a process that does not answer are missing, as if it had not been scraped. */
  private gather(): Promise<readonly Numbers[]> {
    const round = (this.begun += 1);
    const asked = new Map<Worker, string>();
    this.serving.forEach((member, place) => member && asked.set(member, String(place + 1)));
    return new Promise((resolve) => {
      const told: Numbers[] = [];
      const end = () => {
        clearTimeout(timer);
        this.rounds.delete(round);
        resolve(told);
      };
      const timer = setTimeout(end, PATIENCE_MS);
      this.rounds.set(round, { asked, told, end });
      for (const member of asked.keys()) tell(member, { kind: 'tell', round });
    });
  }

  private hear(member: Worker, number: number, numbers: Numbers): void {
    const round = this.rounds.get(number);
    const place = round?.asked.get(member);
    if (!round || place === undefined) return;
    round.told.push(numbers.map((metric) => labelled(metric, place)));
    if (round.told.length === round.asked.size) round.end();
  }
}

/** As the text of several processes has it: nothing is added up, and nothing is left out. */
const labelled = (metric: Numbers[number], process: string): Numbers[number] => ({
  ...metric,
  aggregator: 'first',
  values: metric.values.map((value) => ({ ...value, labels: { ...value.labels, process } })),
});

function tell(member: Worker, message: ToMember): void {
  if (member.isConnected()) member.send(message);
}
