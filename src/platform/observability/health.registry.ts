import { Injectable } from '@nestjs/common';
import { Closing } from '../closing/closing.js';

/** Resolves while what it looks at works; rejects when not. */
export type HealthCheck = () => Promise<unknown>;

export interface CheckResult {
  readonly status: 'ok' | 'failed';
  readonly ms: number;
  /** What is left to pay with, in roubles. */
  readonly balance?: number;
}

/** Answers what is known already, and asks nobody; undefined while nothing is. */
export type HealthNote = () => CheckResult | undefined;

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

const TIMEOUT_MS = 2_000;

/**
 * What this process needs to do its work, and what else its operators want to see. Modules register what they know of;
 * `/health/ready` asks all of it.
 */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, HealthCheck>();
  private readonly notes = new Map<string, HealthNote>();
  private underway?: Promise<Readiness>;

  constructor(private readonly closing: Closing) {}

  register(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** Shows something among the checks without which the process can still serve. */
  inform(name: string, note: HealthNote): void {
    this.notes.set(name, note);
  }

  /** What is known by such a note; asks nobody. */
  noted(name: string): CheckResult | undefined {
    return this.notes.get(name)?.();
  }

  /** Not ready once the end is announced; else runs every check, each for at most 2 s. Callers that come meanwhile share the run: the route is open to everybody. */
  readiness(): Promise<Readiness> {
    this.underway ??= this.runAll().finally(() => (this.underway = undefined));
    return this.underway;
  }

  private async runAll(): Promise<Readiness> {
    const results = await Promise.all([...this.checks].map(async ([name, check]) => [name, await run(check)] as const));
    const ready = !this.closing.isAnnounced && results.every(([, { status }]) => status === 'ok');
    const notes = [...this.notes].map(([name, note]) => [name, note()] as const);
    return { ready, checks: Object.fromEntries([...results, ...notes.filter(isKnown)]) };
  }
}

function isKnown(entry: readonly [string, CheckResult | undefined]): entry is [string, CheckResult] {
  return entry[1] !== undefined;
}

async function run(check: HealthCheck): Promise<CheckResult> {
  const start = performance.now();
  const status = await withinTime(check).then(
    () => 'ok' as const,
    () => 'failed' as const,
  );
  return { status, ms: Math.round(performance.now() - start) };
}

async function withinTime(check: HealthCheck): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
