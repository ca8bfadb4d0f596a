import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import type { AuditFact, AuditService } from '../audit/audit.service.js';
import type { AccessTokens } from '../tokens/access-tokens.service.js';
import { RefreshTokens, type TokenFamily } from './refresh-tokens.service.js';
import { RefreshTokenInvalid, RefreshTokenReused } from './sessions.errors.js';

const DEVICE = { address: '203.0.113.7', userAgent: 'a browser' };
const DAY = 24 * 3_600;

/** Shows what it was asked to sign. */
const accessTokens = {
  sign: (claims: object, at: Date) => `${JSON.stringify(claims)} ${at.getTime()}`,
} as unknown as AccessTokens;

let world: StoredWorld;
let written: AuditFact[];
let tokens: RefreshTokens;

beforeAll(async () => {
  world = await startStoredWorld();
});

beforeEach(() => {
  written = [];
  tokens = tokensUnder('a secret of the application, thirty-two');
});

afterAll(() => world.close());

function tokensUnder(rootKey: string): RefreshTokens {
  const audit = { record: async (fact: AuditFact) => void written.push(fact) } as unknown as AuditService;
  return new RefreshTokens(world.database, accessTokens, audit, new RootKey(rootKey));
}

async function aSession() {
  const [personId, family] = [newId(), { id: newId(), seed: Buffer.from(newId()) }];
  await world.sql('INSERT INTO users (id, phone) VALUES ($1, $2)', [personId, `+7${personId}`]);
  await world.sql(
    `INSERT INTO sessions (id, user_id, seed, user_agent, masked_address, idle_expires_at, absolute_expires_at)
     VALUES ($1, $2, $3, 'first', '198.51.100.*', clock_now() + interval '30 d', clock_now() + interval '90 d')`,
    [family.id, personId, family.seed],
  );
  return { personId, family, first: firstOf(family) };
}

const firstOf = (family: TokenFamily, by = tokens): string =>
  by.first(family, { personId: 'x', role: 'user', at: new Date() }).refreshToken;

const refresh = async (token: string) => (await tokens.rotate(token, DEVICE)).refreshToken;

const counterOf = (token: string) => Number(token.split('.')[1]);

async function rowOf({ id }: TokenFamily): Promise<Record<string, unknown>> {
  const rows = await world.sql<Record<string, unknown>>(
    `SELECT counter, end_reason, ended_at IS NULL AS lives, user_agent, masked_address,
       last_seen_at = rotated_at AS seen FROM sessions WHERE id = $1`,
    [id],
  );
  return rows[0] ?? {};
}

describe('Refreshing', () => {
  it('gives the successor, and an access token of now with the role that the database knows', async () => {
    const { personId, family, first } = await aSession();
    await world.sql(`UPDATE users SET role = 'moderator' WHERE id = $1`, [personId]);
    const pair = await tokens.rotate(first, DEVICE);
    expect(pair).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, refreshExpiresIn: 30 * DAY });
    expect(counterOf(pair.refreshToken)).toBe(1);
    const [claims, at] = pair.accessToken.split(' ');
    expect(claims).toBe(JSON.stringify({ sub: personId, sid: family.id, role: 'moderator' }));
    expect(Math.abs(Number(at) - world.clock.now().getTime())).toBeLessThan(5_000);
  });

  it('goes on from each successor', async () => {
    const { family, first } = await aSession();
    let token = first;
    // Beyond nine, where the counter gets another digit.
    for (let round = 0; round < 12; round += 1) token = await refresh(token);
    expect(counterOf(token)).toBe(12);
    expect(await rowOf(family)).toMatchObject({ counter: 12, lives: true, seen: true });
  });

  it('remembers where and by what it was used last', async () => {
    const { family, first } = await aSession();
    const second = await refresh(first);
    expect(await rowOf(family)).toMatchObject({ user_agent: 'a browser', masked_address: '203.0.113.*' });
    await tokens.rotate(second, { address: '2001:db8::1', userAgent: null });
    expect(await rowOf(family)).toMatchObject({ user_agent: 'a browser', masked_address: '2001:db8:*' });
  });

  it('makes the session last thirty days more, but never beyond ninety', async () => {
    const { first } = await aSession();
    await world.clock.advance('29 days');
    const second = await refresh(first);
    await world.clock.advance('29 days');
    const third = await refresh(second);
    await world.clock.advance('29 days');
    const { refreshToken, refreshExpiresIn } = await tokens.rotate(third, DEVICE);
    expect(refreshExpiresIn).toBeLessThanOrEqual(3 * DAY);
    expect(refreshExpiresIn).toBeGreaterThan(3 * DAY - 60);
    await world.clock.advance('3 days');
    await expect(refresh(refreshToken)).rejects.toThrow(RefreshTokenInvalid);
  });
});

describe('The token before', () => {
  it('is answered with the same successor for thirty seconds', async () => {
    const { family, first } = await aSession();
    const second = await refresh(first);
    await world.clock.advance('25 s');
    expect(await refresh(first)).toBe(second);
    expect(await rowOf(family)).toMatchObject({ counter: 1, lives: true });
    expect(counterOf(await refresh(second))).toBe(2);
  });

  it('does not renew its own grace', async () => {
    const { first } = await aSession();
    await refresh(first);
    await world.clock.advance('20 s');
    await refresh(first);
    await world.clock.advance('11 s');
    await expect(refresh(first)).rejects.toThrow(RefreshTokenReused);
  });

  it('is reuse after that: its session ends, says nothing more of the device, and it is written down', async () => {
    const { personId, family, first } = await aSession();
    const second = await refresh(first);
    await world.clock.advance('31 s');
    await expect(refresh(first)).rejects.toThrow(RefreshTokenReused);
    expect(await rowOf(family)).toMatchObject({
      counter: 1,
      lives: false,
      end_reason: 'reused',
      user_agent: null,
      masked_address: null,
    });
    const fact = { action: 'sessions.refresh_token_reused', subjectId: personId, address: DEVICE.address };
    expect(written).toEqual([fact]);
    for (const token of [first, second]) await expect(refresh(token)).rejects.toThrow(RefreshTokenInvalid);
    expect(written).toEqual([fact]);
  });

  it('is reuse at once when it is two generations old', async () => {
    const { family, first } = await aSession();
    await refresh(await refresh(first));
    await expect(refresh(first)).rejects.toThrow(RefreshTokenReused);
    expect(await rowOf(family)).toMatchObject({ lives: false });
  });
});

describe('When the database was restored from a backup', () => {
  it('a token that it does not remember goes on where it was, and nobody is signed out', async () => {
    const { family, first } = await aSession();
    const third = await refresh(await refresh(first));
    const fourth = await refresh(third);
    await world.sql('UPDATE sessions SET counter = 0, rotated_at = NULL WHERE id = $1', [family.id]);
    expect(await refresh(third)).toBe(fourth);
    expect(counterOf(await refresh(fourth))).toBe(4);
  });
});

describe('A refresh token is refused', () => {
  it.each<[string, (token: string) => string]>([
    ['empty', () => ''],
    ['another text', () => 'garbage'],
    ['cut', (token) => token.slice(0, -1)],
    ['with something behind it', (token) => `${token}A`],
    ['with something before it', (token) => ` ${token}`],
    ['with another counter', (token) => token.replace('.0.', '.1.')],
    ['with a counter written otherwise', (token) => token.replace('.0.', '.00.')],
    ['with a counter that no column holds', (token) => token.replace('.0.', '.9999999999.')],
    ['with another seal', (token) => token.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))],
    ['with an id in capitals', (token) => token.toUpperCase()],
    ['with an id that is none', (token) => token.replace(/^.{36}/, '-'.repeat(36))],
    ['of a session that never was', (token) => token.replace(/^.{36}/, newId())],
    ['very long', (token) => token.repeat(1_000)],
  ])('when it is %s', async (_, change) => {
    const { family, first } = await aSession();
    await expect(refresh(change(first))).rejects.toThrow(RefreshTokenInvalid);
    expect(await rowOf(family)).toMatchObject({ counter: 0, lives: true });
    expect(counterOf(await refresh(first))).toBe(1);
  });

  it('of another installation, or sealed by another seed', async () => {
    const { family, first } = await aSession();
    const foreign = firstOf(family, tokensUnder('another secret of the application'));
    await expect(refresh(foreign)).rejects.toThrow(RefreshTokenInvalid);
    await expect(refresh(firstOf({ ...family, seed: Buffer.alloc(32) }))).rejects.toThrow(RefreshTokenInvalid);
    expect(counterOf(await refresh(first))).toBe(1);
  });

  it.each([
    ['has ended', 'UPDATE sessions SET ended_at = clock_now() WHERE id = $1'],
    ['was idle too long', 'UPDATE sessions SET idle_expires_at = clock_now() WHERE id = $1'],
    ['is too old', 'UPDATE sessions SET absolute_expires_at = clock_now() WHERE id = $1'],
    [
      'is of somebody who was blocked',
      `UPDATE users SET status = 'blocked' FROM sessions s WHERE users.id = user_id AND s.id = $1`,
    ],
    [
      'is of somebody who was deleted',
      `UPDATE users SET status = 'deleted' FROM sessions s WHERE users.id = user_id AND s.id = $1`,
    ],
  ])('when its session %s', async (_, change) => {
    const { family, first } = await aSession();
    await world.sql(change, [family.id]);
    await expect(refresh(first)).rejects.toThrow(RefreshTokenInvalid);
    expect(await rowOf(family)).toMatchObject({ counter: 0 });
    expect(written).toEqual([]);
  });
});

describe('Signing out', () => {
  it('ends the session of the token, and no other', async () => {
    const [{ family, first }, other] = [await aSession(), await aSession()];
    await tokens.signOut(first);
    expect(await rowOf(family)).toMatchObject({
      lives: false,
      end_reason: 'signed_out',
      user_agent: null,
      masked_address: null,
    });
    expect(await rowOf(other.family)).toMatchObject({ lives: true });
    await expect(refresh(first)).rejects.toThrow(RefreshTokenInvalid);
  });

  it('is done by an older token of the session, too', async () => {
    const { family, first } = await aSession();
    await refresh(await refresh(first));
    await tokens.signOut(first);
    expect(await rowOf(family)).toMatchObject({ lives: false, end_reason: 'signed_out' });
  });

  it('is done once', async () => {
    const { family, first } = await aSession();
    await refresh(await refresh(first));
    await expect(refresh(first)).rejects.toThrow(RefreshTokenReused);
    await tokens.signOut(first);
    expect(await rowOf(family)).toMatchObject({ end_reason: 'reused' });
  });

  it('by a token that is none ends nothing, and says nothing', async () => {
    const { family, first } = await aSession();
    await tokens.signOut('garbage');
    await tokens.signOut(first.replace('.0.', '.1.'));
    expect(await rowOf(family)).toMatchObject({ lives: true });
  });

  it('says so when it could not be done', async () => {
    const { first } = await aSession();
    const away = { first: async () => Promise.reject(new Error('away')) } as unknown as StoredWorld['database'];
    const broken = new RefreshTokens(away, accessTokens, {} as AuditService, new RootKey('x'));
    await expect(broken.signOut(first)).rejects.toThrow('away');
  });
});
