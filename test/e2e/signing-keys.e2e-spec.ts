import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { CliModule } from '../../src/cli.module.js';
import { KeyRotation } from '../../src/modules/tokens/key-rotation.service.js';
import { SigningKeyStore } from '../../src/modules/tokens/signing-key.store.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { decodeJwt, type Jwt, signedEs256, signedHs256, unsigned } from '../support/jwt.js';
import { bearer, type User, World } from '../support/world.js';

interface Keys {
  readonly keys: readonly (JsonWebKey & { readonly kid: string })[];
}

/** A command of the same installation: it shares nothing with the application but the database. */
async function anotherProcess(app: TestApp) {
  const context = await NestFactory.createApplicationContext(CliModule.for(app.config), { logger: false });
  return {
    store: context.get(SigningKeyStore),
    rotation: context.get(KeyRotation),
    close: () => context.close(),
  };
}

describe('The keys of access tokens', () => {
  let app: TestApp;
  let world: World;
  let elsewhere: Awaited<ReturnType<typeof anotherProcess>>;

  beforeEach(async () => {
    app = await startTestApp();
    world = new World(app);
    elsewhere = await anotherProcess(app);
  });

  afterEach(async () => {
    await elsewhere.close();
    await app.close();
  });

  const kidOf = (token: string) => String(decodeJwt(token).header.kid);

  const published = async () => {
    const { body } = await world.aVisitor().api.get<Keys>('/.well-known/jwks.json');
    return body.keys.map(({ kid }) => kid);
  };

  /** A service that checks tokens by itself, with a library that is not ours. It reads the keys anew, as after their `max-age`. */
  const verified = async (token: string) => {
    const jwks = createRemoteJWKSet(new URL(`${app.url}/.well-known/jwks.json`));
    const options = { algorithms: ['ES256'], typ: 'at+jwt', audience: 'latchkey', issuer: app.config.http.publicUrl };
    const { payload } = await jwtVerify(token, jwks, { ...options, currentDate: app.clock.now() });
    return payload.sub;
  };

  const refreshed = async (user: User) => {
    const { status, body } = await user.api.refresh(user.tokens.refreshToken);
    expect(status).toBe(200);
    return body.accessToken;
  };

  const accepts = async (token: string) => (await world.aVisitor().api.with(bearer(token)).me()).status === 200;

  it('are rotated without a token being refused that was good before: before, during and after', async () => {
    const [old = ''] = await published();
    const before = await world.aUser();
    expect(await verified(before.tokens.accessToken)).toBe(before.id);

    const { kid: next } = await elsewhere.rotation.rotate();
    await eventually(async () => expect(await published()).toEqual([next, old]));
    const during = await world.aUser();
    expect(kidOf(during.tokens.accessToken)).toBe(old);
    expect(await verified(during.tokens.accessToken)).toBe(during.id);

    await app.advance('9 min 30 s');
    const last = await world.aUser();
    expect(kidOf(last.tokens.accessToken)).toBe(old);
    await app.advance('31 s');
    const after = await world.aUser();
    expect(kidOf(after.tokens.accessToken)).toBe(next);
    for (const user of [before, during, last, after]) {
      expect(await verified(user.tokens.accessToken)).toBe(user.id);
      expect(await accepts(user.tokens.accessToken)).toBe(true);
    }

    await app.advance('14 min');
    expect(await verified(last.tokens.accessToken)).toBe(last.id);
    expect(await accepts(last.tokens.accessToken)).toBe(true);
  });

  it('go when the last token that they signed has expired', async () => {
    const [old] = await published();
    const { kid: next } = await elsewhere.rotation.rotate();
    await eventually(async () => expect(await published()).toEqual([next, old]));
    await app.advance('28 min');
    const { kid: third } = await elsewhere.rotation.rotate();
    await eventually(async () => expect(await published()).toEqual([third, next]));
  });

  it('are rotated once, though two processes do it at the same moment', async () => {
    const another = await anotherProcess(app);
    const rotations = await Promise.all([elsewhere.rotation.rotate(), another.rotation.rotate()]);
    expect(rotations[0].kid).toBe(rotations[1].kid);
    await eventually(async () => expect(await published()).toHaveLength(2));
    await another.close();
  });

  it('can be revoked: what they signed is refused at once, and refreshing gives what is not', async () => {
    const user = await world.aUser();
    const revocation = await elsewhere.rotation.revoke(kidOf(user.tokens.accessToken));
    await eventually(async () => expect(await published()).toEqual([revocation?.signer]));
    expect(await accepts(user.tokens.accessToken)).toBe(false);
    await expect(verified(user.tokens.accessToken)).rejects.toThrow('no applicable key found');
    const token = await refreshed(user);
    expect(await accepts(token)).toBe(true);
    expect(await verified(token)).toBe(user.id);
  });

  it('are known to a process that starts while one waits: it signs by the old one, and by the next in its time', async () => {
    const { kid } = await elsewhere.rotation.rotate();
    const later = await startTestApp({}, app.database);
    const visitor = new World(later);
    expect(kidOf((await visitor.aUser()).tokens.accessToken)).not.toBe(kid);
    await app.advance('11 min');
    // The clock of the other process still stands before that moment; the database's decides.
    expect(kidOf((await visitor.aUser()).tokens.accessToken)).toBe(kid);
    await later.close();
  });

  it('are written down when they are changed', async () => {
    const [old = ''] = await published();
    const { kid } = await elsewhere.rotation.rotate();
    await elsewhere.rotation.revoke(old);
    expect(await app.sql('SELECT action, details, actor_id FROM audit_entries ORDER BY id')).toEqual([
      { action: 'keys.rotated', details: { kid }, actor_id: null },
      { action: 'keys.revoked', details: { kid: old, state: 'signing' }, actor_id: null },
    ]);
  });

  describe('let a library that is not ours refuse', () => {
    let ours: Jwt;

    /** As the owner of the key would sign it. */
    async function signed(changes: { header?: object; claims?: object }): Promise<string> {
      const [key] = await elsewhere.store.load();
      if (!key) throw new Error('no key');
      const { header, claims } = ours;
      const jwt = { header: { ...header, ...changes.header }, claims: { ...claims, ...changes.claims } };
      return signedEs256(jwt, elsewhere.store.open(key));
    }

    beforeEach(async () => {
      ours = decodeJwt((await world.aUser()).tokens.accessToken);
      expect(await verified(await signed({}))).toBe(ours.claims.sub);
      expect(await accepts(await signed({}))).toBe(true);
    });

    it.each<[string, () => Promise<string>]>([
      ['what is not signed', async () => unsigned({ ...ours, header: { ...ours.header, alg: 'none' } })],
      [
        'what is signed with the public key as a shared secret',
        async () => {
          const [jwk] = (await world.aVisitor().api.get<Keys>('/.well-known/jwks.json')).body.keys;
          const pem = createPublicKey({ key: jwk ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
          return signedHs256({ ...ours, header: { ...ours.header, alg: 'HS256' } }, pem);
        },
      ],
      ['what is meant for another audience', () => signed({ claims: { aud: 'billing' } })],
      ['what is of another type', () => signed({ header: { typ: 'JWT' } })],
      ['what has expired', () => signed({ claims: { exp: Math.floor(app.clock.now().getTime() / 1_000) - 61 } })],
    ])('%s, as our own guard does', async (_, forge) => {
      const token = await forge();
      await expect(verified(token)).rejects.toThrow();
      expect(await accepts(token)).toBe(false);
    });
  });
});
