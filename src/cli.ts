import { createApp } from './bootstrap.js';
import { CannotStart } from './common/cannot-start.js';
import { loadConfig, processEnvironment } from './config/env.js';
import { runProcess } from './lifecycle.js';
import { migrate } from './platform/database/migrate.js';
import { buildOpenApiDocument, toYaml } from './platform/docs/openapi.js';
import { JsonLogger } from './platform/observability/logger.js';

const COMMANDS: Record<string, () => Promise<void>> = {
  /** Brings the schema of DATABASE_URL up to date. */
  migrate: async () => {
    const applied = await migrate(loadConfig(processEnvironment()).database.url);
    console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The schema is up to date.');
  },
  /** Prints the contract that the code fulfils. Needs no database and no configuration. */
  openapi: async () => {
    const config = loadConfig(
      {},
      { databaseUrl: 'postgres://nowhere/latchkey', appSecret: 'not-used-for-anything-'.repeat(2) },
    );
    const lazy = { ...config, database: { ...config.database, lazy: true } };
    const app = await createApp({ config: lazy, logger: new JsonLogger('silent'), docs: false });
    process.stdout.write(toYaml(buildOpenApiDocument(app)));
  },
};

await runProcess(async () => {
  const [name = ''] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (!command) throw new CannotStart(`Usage: node dist/src/cli.js ${Object.keys(COMMANDS).join('|')}`);
  await command();
  process.exit(0);
});
