import { SignJWT } from 'jose';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ServicesWorld } from '../../../test/support/services.js';
import { newId } from '../../common/crypto.js';
import { FreshSignIn, Public, Roles } from '../../common/http/access.decorators.js';
import { Forbidden, ReauthenticationRequired, Unauthenticated } from '../../common/http/http.errors.js';
import { SessionConfig } from '../../config/config.js';
import { PasswordHasher } from '../passwords/password-hasher.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import type { Principal } from '../sessions/sessions.service.js';
import { AccessTokens } from '../tokens/access-tokens.service.js';
import { SigningKeys } from '../tokens/signing-keys.service.js';
import { AccessModule } from './access.module.js';
import { AccessTokenGuard } from './access-token.guard.js';
import { FreshSignIns } from './fresh-sign-ins.service.js';

class Routes {
  closed(): void {}

  @Public()
  open(): void {}

  @Roles('moderator', 'admin')
  forStaff(): void {}

  @FreshSignIn()
  fresh(): void {}
}

@Public()
class OpenRoutes {
  any(): void {}
}

let world: ServicesWorld;

beforeAll(async () => {
  world = await ServicesWorld.start([AccessModule]);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly ip: string;
  readonly socket: object;
  user?: Principal;
}

const requestWith = (headers: Request['headers'], body?: unknown): Request => ({
  ...{ headers, body, socket: {} },
  ip: world.anAsker().address,
});

function routed(route: keyof Routes, request: Request, on: object = Routes): ExecutionContext {
  const handler = on === Routes ? Routes.prototype[route] : OpenRoutes.prototype.any;
  return {
    getHandler: () => handler,
    getClass: () => on,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({}) }),
  } as unknown as ExecutionContext;
}

interface Sent {
  readonly on?: object;
  readonly body?: unknown;
}

async function pass(route: keyof Routes, token?: string, { on, body }: Sent = {}): Promise<Principal | undefined> {
  const request = requestWith(token === undefined ? {} : { authorization: `Bearer ${token}` }, body);
  const guard = new AccessTokenGuard(new Reflector(), world.get(FreshSignIns));
  expect(await guard.canActivate(routed(route, request, on))).toBe(true);
  return request.user;
}

async function signedIn(columns: Parameters<ServicesWorld['aPerson']>[0] = {}) {
  const [sub, sid] = [await world.aPerson(columns), newId()];
  await world.sql(
    `INSERT INTO sessions (id, user_id, seed, masked_address, idle_expires_at, absolute_expires_at)
     VALUES ($1, $2, '', '', clock_now() + interval '1 d', clock_now() + interval '1 d')`,
    [sid, sub],
  );
  const token = world.get(AccessTokens).sign({ sub, sid, role: 'user' }, world.clock.now());
  return { sub, sid, token };
}

/** A token as we sign it, but for what is said here. */
async function forged({ sub, sid }: { sub: string; sid: string }, claims: object, key?: CryptoKey): Promise<string> {
  const { kid, privateKey } = world.get(SigningKeys).signer(world.clock.now());
  const { issuer, audience } = world.get(SessionConfig);
  const iat = Math.floor(world.clock.now().getTime() / 1_000);
  return new SignJWT({ iss: issuer, aud: audience, sub, sid, iat, exp: iat + 900, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .sign(key ?? privateKey);
}

describe('A route', () => {
  it('is closed to strangers unless it, or its controller, is open', async () => {
    for (const token of [undefined, '', 'nonsense', 'a.b.c'])
      await expect(pass('closed', token)).rejects.toBeInstanceOf(Unauthenticated);
    expect(await pass('open')).toBeUndefined();
    expect(await pass('open', undefined, { on: OpenRoutes })).toBeUndefined();
  });

  it('is open to whoever bears an access token of a session that lives, and knows them by it', async () => {
    const { sub, sid, token } = await signedIn();
    expect(await pass('closed', token)).toMatchObject({ sessionId: sid, fresh: true, person: { id: sub } });
    await world.sql('UPDATE sessions SET ended_at = clock_now() WHERE id = $1', [sid]);
    await expect(pass('closed', token)).rejects.toBeInstanceOf(Unauthenticated);
  });

  it('for staff goes by the role that the person has now, not by that in the token', async () => {
    const { sub, token } = await signedIn();
    await expect(pass('forStaff', token)).rejects.toBeInstanceOf(Forbidden);
    for (const role of ['moderator', 'admin']) {
      await world.sql('UPDATE users SET role = $2 WHERE id = $1', [sub, role]);
      expect(await pass('forStaff', token)).toMatchObject({ person: { role } });
    }
    await expect(pass('forStaff')).rejects.toBeInstanceOf(Unauthenticated);
  });

  it('is answered with the failure when the database is away, not as if nobody were signed in', async () => {
    const { token } = await signedIn();
    await world.sql('ALTER TABLE sessions RENAME TO sessions_away');
    await expect(pass('closed', token)).rejects.toThrow(/relation "sessions" does not exist/);
    await world.sql('ALTER TABLE sessions_away RENAME TO sessions');
    expect(await pass('closed', token)).toBeDefined();
  });
});

describe('An access token', () => {
  it('is believed for a minute beyond its fifteen, for clocks that differ', async () => {
    const { token } = await signedIn();
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
    const now = jest.spyOn(world.clock, 'now');
    now.mockReturnValue(new Date((exp + 60) * 1_000 - 1));
    expect(await pass('closed', token)).toBeDefined();
    now.mockReturnValue(new Date((exp + 60) * 1_000));
    await expect(pass('closed', token)).rejects.toBeInstanceOf(Unauthenticated);
  });

  it('is one of ours only as we write it', async () => {
    const session = await signedIn();
    expect(await pass('closed', await forged(session, {}))).toBeDefined();
    for (const claims of [
      { iss: 'https://elsewhere.example' },
      { aud: 'somebody else' },
      { exp: undefined },
      { sid: undefined },
      { sid: 'none' },
      { sid: 1 },
      { sub: undefined },
      { sub: 'nobody' },
      { sub: 1 },
      { sub: newId() },
      { sid: newId() },
    ])
      await expect(pass('closed', await forged(session, claims))).rejects.toBeInstanceOf(Unauthenticated);
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    await expect(pass('closed', await forged(session, {}, privateKey))).rejects.toBeInstanceOf(Unauthenticated);
  });
});

describe('What needs a fresh sign-in', () => {
  const PASSWORD = 'four words of mine';
  let personId: string;

  beforeAll(async () => {
    personId = await world.aPerson();
    await world.get(PasswordsService).set(personId, await world.get(PasswordHasher).hash(PASSWORD));
  });

  function passFresh(fresh: boolean, currentPassword?: unknown): Promise<boolean> {
    const principal = { fresh, person: { id: personId } } as Principal;
    return world.get(FreshSignIns).ensure({ principal, currentPassword, network: world.anAsker().network });
  }

  async function aStaleSignIn() {
    const session = await signedIn();
    const elevenMinutesAgo = `UPDATE sessions SET authenticated_at = clock_now() - interval '11 min' WHERE id = $1`;
    await world.sql(elevenMinutesAgo, [session.sid]);
    return session;
  }

  it('is looked at where a route says so, and only there', async () => {
    const { sub, token } = await aStaleSignIn();
    await expect(pass('fresh', token)).rejects.toBeInstanceOf(ReauthenticationRequired);
    expect(await pass('closed', token)).toMatchObject({ person: { id: sub } });
    await expect(pass('fresh')).rejects.toBeInstanceOf(Unauthenticated);
    expect(await pass('fresh', (await signedIn()).token)).toBeDefined();
  });

  it('is open to the password in the body of a request, whatever else a body may be', async () => {
    const { sub, token } = await aStaleSignIn();
    await world.get(PasswordsService).set(sub, await world.get(PasswordHasher).hash(PASSWORD));
    expect(await pass('fresh', token, { body: { currentPassword: PASSWORD } })).toMatchObject({ person: { id: sub } });
    for (const body of [null, undefined, 'text', {}, { currentPassword: 'another one' }])
      await expect(pass('fresh', token, { body })).rejects.toBeInstanceOf(ReauthenticationRequired);
  });

  it('is open to whoever signed in just now', async () => {
    expect(await passFresh(true)).toBe(true);
    await expect(passFresh(false)).rejects.toBeInstanceOf(ReauthenticationRequired);
  });

  it('is open to whoever gives their password, and closed to a wrong one, however fresh the sign-in', async () => {
    expect(await passFresh(false, PASSWORD)).toBe(true);
    for (const fresh of [true, false])
      await expect(passFresh(fresh, 'another one')).rejects.toBeInstanceOf(ReauthenticationRequired);
  });

  it('takes for a password only text that may be one: the rest is left to validation', async () => {
    const verify = jest.spyOn(world.get(PasswordHasher), 'verify').mockResolvedValue(false);
    for (const typed of [null, undefined, {}, 1, 'x'.repeat(257)]) {
      expect(await passFresh(true, typed)).toBe(true);
      await expect(passFresh(false, typed)).rejects.toBeInstanceOf(ReauthenticationRequired);
    }
    expect(verify).not.toHaveBeenCalled();
    await expect(passFresh(true, 'x'.repeat(256))).rejects.toBeInstanceOf(ReauthenticationRequired);
    expect(verify).toHaveBeenCalledTimes(1);
  });
});
