import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { equip } from '../../src/bootstrap.js';
import { Clock } from '../../src/common/clock.js';
import type { Config } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/env.js';
import { createFastifyAdapter } from '../../src/platform/http-edge/fastify.js';
import { Sweeper } from '../../src/platform/retention/sweeper.js';
import { JsonLogger } from '../../src/platform/observability/logger.js';
import { reachedBy } from './app-database.js';
import { TestClock } from './clock.js';
import { adminPool, createTestDatabase, type TestDatabase } from './database.js';

const DEFAULTS = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'trace',
  APP_SECRET: 'a7Vq2Lw9Zk4Xs1Rt6Np3Mc8Yb5Hd0Jf7Gu2',
  DATABASE_POOL: '5',
  WORKER: 'embedded',
  SMS_DAILY_BUDGET: '1000000',
  // So that each actor has an address of their own, by X-Forwarded-For.
  TRUSTED_PROXIES: '127.0.0.1',
};

/** A variable that is undefined is not set. */
export type Overrides = Readonly<Record<string, string | undefined>>;

/** The whole application on a database of its own, listening on a port of its own. */
export interface TestApp {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly config: Config;
  readonly clock: TestClock;
  readonly database: TestDatabase;
  /** Everything logged so far, one JSON object a line. */
  readonly lines: string[];
  /** Asks the database past the application: only for what the API must not show, and for what only time or operators do. */
  sql<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Resolves once the courier has nothing in hand. */
  delivered(): Promise<void>;
  /** Moves time; lets the courier finish first, because a claim from long ago looks like that of a dead one. */
  advance(interval: string): Promise<void>;
  close(): Promise<void>;
}

/** One in the process of the test. */
export interface AppAtHand extends TestApp {
  /** Forgets what is old by now, as every process that serves HTTP does every ten minutes. */
  sweep(): Promise<void>;
}

/**
 * @param overrides environment variables beside those that tests need
 * @param shared the database of another application, to stand beside it; a new one when left out
 */
export async function startTestApp(overrides: Overrides = {}, shared?: TestDatabase): Promise<AppAtHand> {
  const database = shared ?? (await createTestDatabase());
  const admin = adminPool(database.url);
  const clock = new TestClock(admin);
  const config = configFor(database.url, overrides);
  const lines: string[] = [];
  const app = await build(config, clock, lines);
  return {
    url: `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`,
    config,
    clock,
    database,
    lines,
    ...reachedBy(admin, clock, config.app.hostsWorker),
    sweep: () => app.get(Sweeper).sweep(),
    close: async () => {
      await app.close();
      await admin.end();
      if (!shared) await database.drop();
    },
  };
}

/** As {@link loadConfig} reads it, with providers that lose no time and print nothing. */
export function configFor(databaseUrl: string, overrides: Overrides): Config {
  const config = loadConfig({ ...DEFAULTS, DATABASE_URL: databaseUrl, ...overrides });
  const sms = { ...config.sms, consoleDelayMs: [0, 0] as const, consoleQuiet: true };
  return { ...config, sms, email: { ...config.email, consoleQuiet: true } };
}

async function build(config: Config, clock: Clock, lines: string[]): Promise<NestFastifyApplication> {
  const logger = new JsonLogger(config.app.logLevel, { write: (line) => void lines.push(line) });
  const module = await Test.createTestingModule({ imports: [AppModule.for(config)] })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const adapter = createFastifyAdapter(config.http, logger);
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { logger, abortOnError: false });
  // Without the contract and its pages, which take a while to read: browsers look at them.
  await equip(app, { logger, docs: false });
  await app.listen(0, '127.0.0.1');
  stopPeriodicTasks(app);
  return app;
}

/** They come by the clock on the wall: in the middle of a test, or not. */
function stopPeriodicTasks(app: NestFastifyApplication): void {
  for (const job of app.get(SchedulerRegistry, { strict: false }).getCronJobs().values()) void job.stop();
}
