import { createApp } from './bootstrap.js';
import type { Config } from './config/config.js';
import { runProcess } from './lifecycle.js';
import { prepare } from './local.js';
import { Closing } from './platform/closing/closing.js';
import { migrate } from './platform/database/migrate.js';

await runProcess(async () => {
  const { config, release } = await prepare();
  try {
    await migrate(config.database.directUrl, (line) => console.log(line));
    const app = await createApp({ config });
    await app.listen(config.http.port, config.http.host);
    welcome(config, config.http.port === 0 ? await app.getUrl() : config.http.publicUrl);
    return async () => {
      await app.get(Closing).announce();
      await app.close();
      await release();
    };
  } catch (error) {
    await release();
    throw error;
  }
});

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
