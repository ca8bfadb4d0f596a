import type { KeyObject } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { CliModule } from '../../src/cli.module.js';
import { SigningKeyStore } from '../../src/modules/tokens/signing-key.store.js';
import type { TestApp } from './app.js';

/** The key that signs, as only its owner has it: it makes tokens that are wrong in one thing and right in all others. */
export async function signingKeyOf(app: TestApp): Promise<KeyObject> {
  const context = await NestFactory.createApplicationContext(CliModule.for(app.config), { logger: false });
  try {
    const store = context.get(SigningKeyStore);
    const [key] = await store.load();
    if (!key) throw new Error('no signing key');
    return store.open(key);
  } finally {
    await context.close();
  }
}
