import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createApp } from './bootstrap.js';
import { CliModule } from './cli.module.js';
import { CannotStart } from './common/cannot-start.js';
import { loadConfig } from './config/env.js';
import { runProcess } from './lifecycle.js';
import { prepareBeside, prepareCommand } from './local.js';
import { AdminCommand } from './modules/commands/admin.command.js';
import { KeysCommand } from './modules/tokens/keys.command.js';
import { migrate } from './platform/database/migrate.js';
import { buildOpenApiDocument, toYaml } from './platform/docs/openapi.js';
import { JsonLogger } from './platform/observability/logger.js';

const COMMANDS: Record<string, (args: readonly string[]) => Promise<void>> = {
  /** Brings the schema of DATABASE_URL up to date. */
  migrate: async () => {
    const { database } = await prepareBeside();
    const applied = await migrate(database.directUrl, (line) => console.log(line));
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
    const document = toYaml(buildOpenApiDocument(app));
    // A pipe takes no more than its buffer at once, and the process ends right after this.
    await new Promise<void>((written) => process.stdout.write(document, () => written()));
  },
  /** Shows, rotates and revokes the signing keys. */
  keys: (args) => inContext((context) => context.get(KeysCommand).run(args)),
  /** Makes administrators, lets people in and keeps them out, and turns the switch for SMS. */
  admin: (args) => inContext((context) => context.get(AdminCommand).run(args)),
};

/** Runs a command that works with the database, and prints what it answers. */
async function inContext(command: (context: INestApplicationContext) => Promise<string>): Promise<void> {
  const { config, release } = await prepareCommand();
  try {
    await migrate(config.database.directUrl);
    const options = { logger: new JsonLogger('error'), abortOnError: false };
    const context = await NestFactory.createApplicationContext(CliModule.for(config), options);
    console.log(await command(context).finally(() => context.close()));
  } finally {
    await release();
  }
}

await runProcess(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (!command) throw new CannotStart(`Usage: node dist/src/cli.js ${Object.keys(COMMANDS).join('|')}`);
  await command(args);
  process.exit(0);
});
