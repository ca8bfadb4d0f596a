import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import { decodeJwt, isSignedBy, type Jwt, signedEs256, signedHs256, unsigned } from '../support/jwt.js';
import { signingKeyOf } from '../support/signing-key.js';
import { bearer, type User, World } from '../support/world.js';

describe('An access token', () => {
  let app: TestApp;
  let world: World;
  let user: User;
  let jwks: JsonWebKey[];
  let ours: KeyObject;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    ours = await signingKeyOf(app);
  });

  beforeEach(async () => {
    user = await world.aUser();
    jwks = (await user.api.get<{ keys: JsonWebKey[] }>('/.well-known/jwks.json')).body.keys;
  });

  afterAll(() => app.close());

  const statusWith = async (token: string) => (await world.aVisitor().api.with(bearer(token)).me()).status;
  const jwt = (): Jwt => decodeJwt(user.tokens.accessToken);
  const signedWith = (changes: { header?: object; claims?: object }, key = ours) => {
    const { header, claims } = jwt();
    return signedEs256({ header: { ...header, ...changes.header }, claims: { ...claims, ...changes.claims } }, key);
  };
  const now = () => Math.floor(app.clock.now().getTime() / 1_000);

  it('is a JWT in the profile of RFC 9068', () => {
    const { header, claims } = jwt();
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: jwks[0]?.kid });
    const { iss, aud, sub, role, sid, jti, iat, exp, ...others } = claims;
    expect({ iss, aud, sub, role, others }).toEqual({
      iss: app.config.http.publicUrl,
      aud: 'latchkey',
      sub: user.id,
      role: 'user',
      others: {},
    });
    expect(sid).toMatch(/^[0-9a-f-]{36}$/);
    expect(jti).toMatch(/^[\w-]{16,}$/);
    expect(Number(exp) - Number(iat)).toBe(900);
    expect(Math.abs(Number(iat) - now())).toBeLessThan(5);
  });

  it('can be checked by others with the published key alone', async () => {
    const { headers } = await user.api.get('/.well-known/jwks.json');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(jwks).toHaveLength(1);
    expect(jwks[0]).toMatchObject({ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' });
    expect(jwks[0]).not.toHaveProperty('d');
    expect(isSignedBy(jwks[0] ?? {}, user.tokens.accessToken)).toBe(true);
    expect(isSignedBy(jwks[0] ?? {}, (await world.aUser()).tokens.accessToken)).toBe(true);
  });

  it('lets its person in, whatever the case of “Bearer”', async () => {
    expect(await statusWith(user.tokens.accessToken)).toBe(200);
    const lower = { authorization: `bearer ${user.tokens.accessToken}` };
    expect(await world.aVisitor().api.with(lower).me()).toMatchObject({ status: 200, body: { id: user.id } });
  });

  it('that its owner would sign again just so is let in: what follows is refused for the one thing that is wrong', async () => {
    expect(await statusWith(signedWith({}))).toBe(200);
  });

  it.each<[string, { header?: object; claims?: object }]>([
    ['is of another kind', { header: { typ: 'JWT' } }],
    ['is of no kind', { header: { typ: undefined } }],
    ['names a key that is not ours', { header: { kid: 'other' } }],
    ['names no key', { header: { kid: undefined } }],
    ['says another algorithm', { header: { alg: 'ES384' } }],
    ['is meant for somebody else', { claims: { aud: 'billing' } }],
    ['is meant for nobody', { claims: { aud: undefined } }],
    ['comes from somebody else', { claims: { iss: 'https://evil.example' } }],
    ['comes from nobody', { claims: { iss: undefined } }],
    ['never expires', { claims: { exp: undefined } }],
    ['expires at no time', { claims: { exp: 'tomorrow' } }],
    ['is of no session', { claims: { sid: undefined } }],
    ['is of a session that never was', { claims: { sid: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a' } }],
    ['is of something that is no session', { claims: { sid: 'x' } }],
    ['is of nobody', { claims: { sub: undefined } }],
  ])('is refused when it %s', async (_, changes) => {
    expect(await statusWith(signedWith(changes))).toBe(401);
  });

  it('is refused with the session of somebody else', async () => {
    const other = await world.aUser();
    expect(await statusWith(signedWith({ claims: { sid: decodeJwt(other.tokens.accessToken).claims.sid } }))).toBe(401);
  });

  it('is refused without a signature, with another one, and with what it says changed', async () => {
    const { header, claims } = jwt();
    const [head, , signature] = user.tokens.accessToken.split('.');
    const other = decodeJwt((await world.aUser()).tokens.accessToken).claims;
    expect(await statusWith(unsigned({ header: { ...header, alg: 'none' }, claims }))).toBe(401);
    expect(await statusWith(unsigned({ header, claims }))).toBe(401);
    expect(await statusWith(signedWith({}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey))).toBe(401);
    const forged = Buffer.from(JSON.stringify(other)).toString('base64url');
    expect(await statusWith(`${head}.${forged}.${signature}`)).toBe(401);
  });

  it('is refused when the public key was used as the secret of an HMAC', async () => {
    const { header, claims } = jwt();
    const key = createPublicKey({ key: jwks[0] ?? {}, format: 'jwk' });
    const secrets = [
      key.export({ type: 'spki', format: 'pem' }),
      key.export({ type: 'spki', format: 'der' }),
      JSON.stringify(jwks[0]),
      '',
    ];
    for (const secret of secrets) {
      expect(await statusWith(signedHs256({ header: { ...header, alg: 'HS256' }, claims }, secret))).toBe(401);
    }
  });

  it('lasts 15 minutes, and 60 seconds more for clocks that differ', async () => {
    await app.advance('15 min 30 s');
    expect(await statusWith(user.tokens.accessToken)).toBe(200);
    await app.advance('31 s');
    expect(await statusWith(user.tokens.accessToken)).toBe(401);
  });

  it('is refused at once when its session has ended', async () => {
    const { sid } = jwt().claims;
    await app.sql(`UPDATE sessions SET ended_at = clock_now() WHERE id = $1`, [sid]);
    expect(await statusWith(user.tokens.accessToken)).toBe(401);
  });

  it('is refused when its session has expired, though it says otherwise itself', async () => {
    const late = (seconds: number) => signedWith({ claims: { exp: now() + seconds } });
    await app.advance('29 days');
    expect(await statusWith(late(60))).toBe(200);
    await app.advance('2 days');
    expect(await statusWith(late(60))).toBe(401);
  });

  it.each(['blocked', 'deleted'])('is refused at once when its person is %s', async (status) => {
    await app.sql('UPDATE users SET status = $2 WHERE id = $1', [user.id, status]);
    expect(await statusWith(user.tokens.accessToken)).toBe(401);
  });

  it.each([
    ['no token at all', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['nothing after “Bearer”', 'Bearer '],
    ['what is no JWT', 'Bearer abc'],
    ['what looks like one', 'Bearer a.b.c'],
    ['8 000 characters', `Bearer ${'x'.repeat(8_000)}`],
  ])('is missed in %s', async (_, authorization) => {
    expect(await world.aVisitor().api.with({ authorization }).me()).toMatchObject({
      status: 401,
      body: { code: 'auth.unauthenticated' },
    });
  });

  it('counts in its header only', async () => {
    const { accessToken } = user.tokens;
    const { api } = world.aVisitor();
    expect(await api.get(`/api/v1/users/me?access_token=${accessToken}`)).toMatchObject({ status: 401 });
    expect(await api.get('/api/v1/users/me', { cookie: `access_token=${accessToken}` })).toMatchObject({ status: 401 });
  });
});
