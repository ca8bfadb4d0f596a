import { createPrivateKey, type KeyObject } from 'node:crypto';
import { deriveKey, unseal } from '../../src/common/crypto.js';
import type { TestApp } from './app.js';

/** The key that signs, as only its owner has it: it makes tokens that are wrong in one thing and right in all others. */
export async function signingKeyOf(app: TestApp): Promise<KeyObject> {
  const [row] = await app.sql<{ kid: string; sealed_private_key: Buffer; signs_from: Date }>(
    'SELECT * FROM signing_keys',
  );
  if (!row) throw new Error('no signing key');
  const key = deriveKey(app.config.secret.appSecret, 'signing-keys');
  return createPrivateKey(unseal(key, row.sealed_private_key, `${row.kid} ${row.signs_from.toISOString()}`));
}
