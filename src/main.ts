import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Config } from './config/config.js';
import { runProcess } from './lifecycle.js';
import { type Prepared, prepare, prepareBeside } from './local.js';
import { Closing } from './platform/closing/closing.js';
import { migrate } from './platform/database/migrate.js';
import { JsonLogger } from './platform/observability/logger.js';
import { isMember, toldToStop } from './platform/process-group/membership.js';
import { ProcessGroup } from './platform/process-group/process-group.js';

interface Serving {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

await (isMember()
  ? runProcess(async () => (await serve(await prepareBeside())).stop, toldToStop())
  : runProcess(start));

/** Everything that happens once, and then this process or several others serve. */
async function start(): Promise<() => Promise<void>> {
  const prepared = await prepare();
  const { config, release } = prepared;
  try {
    await migrate(config.database.directUrl, (line) => console.log(line));
    const { port, stop } = await (config.app.processes > 1 ? serveTogether(prepared) : serve(config));
    welcome(config, config.http.port === 0 ? `http://localhost:${port}` : config.http.publicUrl);
    return async () => {
      await stop();
      await release();
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function serve(config: Config): Promise<Serving> {
  // Not where others serve: it is large.
  const { createApp } = await import('./bootstrap.js');
  const app = await createApp({ config });
  await app.listen(config.http.port, config.http.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const stop = async () => {
    await app.get(Closing).announce();
    await app.close();
  };
  return { port, stop };
}

async function serveTogether({ config: { app }, forOthers }: Prepared): Promise<Serving> {
  const logger = new JsonLogger(app.logLevel);
  const program = fileURLToPath(import.meta.url);
  const group = new ProcessGroup({ size: app.processes, program }, forOthers, (place) =>
    logger.warn(`process ${place} of ${app.processes} ended by itself; another takes its place`, 'ProcessGroup'),
  );
  return { port: await group.start(), stop: () => group.stop() };
}

function welcome({ app, qa }: Config, base: string): void {
  if (app.production) return;
  const lines = [
    `${app.productName} is ready.`,
    `  Sign in    ${base}/`,
    ...(qa.inbox ? [`  Inbox      ${base}/inbox`] : []),
    `  API        ${base}/api/v1`,
    `  Swagger    ${base}/swagger`,
    `  ReDoc      ${base}/redoc`,
    'Ctrl-C stops it.',
  ];
  console.log(`\n${lines.join('\n')}\n`);
}
