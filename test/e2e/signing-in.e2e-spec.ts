import { startTestApp, type TestApp } from '../support/app.js';
import { World } from '../support/world.js';

describe('Signing in by SMS', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  it('answers a request with a challenge that shows the contact only masked', async () => {
    const visitor = world.aVisitor({ phone: '+79123456789' });
    const { status, body, headers } = await visitor.requestCode();
    expect(status).toBe(202);
    expect(body).toMatchObject({ channel: 'sms', sentTo: '+7 *** ***-**-89', codeLength: 4 });
    // 128 random bits at least.
    expect(body.challengeId).toMatch(/^[\w-]{22,}$/);
    expect(Date.parse(body.expiresAt) - app.clock.now().getTime()).toBeCloseTo(300_000, -4);
    expect(Date.parse(body.resendAt) - app.clock.now().getTime()).toBeCloseTo(60_000, -4);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('registers nobody until the code is given back', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    await visitor.readCode();
    expect(await app.sql('SELECT id FROM users WHERE phone = $1', [visitor.phone])).toEqual([]);
  });

  it('makes a new person with an invite code of their own and answers 201', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const { status, body, headers } = await visitor.verify(await visitor.readCode());
    expect(status).toBe(201);
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, isNewUser: true });
    expect(body.user).toMatchObject({ phone: visitor.phone, email: null, role: 'user', status: 'active' });
    expect(body.user.inviteCode).toMatch(/^(?=.*[0-9])(?=.*[A-Z])[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(body.user.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('knows a returning person: 200, the same id and the same invite code', async () => {
    const first = await world.aUser();
    await app.advance('21 s');
    const visitor = world.aVisitor({ phone: first.phone });
    await visitor.requestCode();
    const { status, body } = await visitor.verify(await visitor.readCode());
    expect(status).toBe(200);
    expect(body).toMatchObject({ isNewUser: false, user: first.tokens.user });
    expect(body.refreshToken).not.toBe(first.tokens.refreshToken);
  });

  it('gives each person another id and another invite code', async () => {
    const [one, other] = [await world.aUser(), await world.aUser()];
    expect(one.id).not.toBe(other.id);
    expect(one.tokens.user.inviteCode).not.toBe(other.tokens.user.inviteCode);
  });

  it('lets the person read their profile with the access token, and nobody without one', async () => {
    const user = await world.aUser();
    const { status, body, headers } = await user.api.me();
    expect({ status, body }).toEqual({ status: 200, body: user.tokens.user });
    expect(headers.get('cache-control')).toBe('no-store');
    const refused = await world.aVisitor().api.me();
    expect(refused).toMatchObject({ status: 401, body: { code: 'auth.unauthenticated' } });
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('takes a code as people type it', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    expect(await visitor.verify(` ${code.slice(0, 2)} - ${code.slice(2)} `)).toMatchObject({ status: 201 });
  });

  it('writes down no refresh token and no challenge id', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const { body } = await visitor.verify(await visitor.readCode());
    const mac = body.refreshToken.split('.').at(-1) ?? '';
    expect(mac.length).toBeGreaterThanOrEqual(22);
    const rows = await app.sql(
      'SELECT sessions::text AS row FROM sessions UNION ALL SELECT c::text FROM otp_challenges c',
    );
    const stored = JSON.stringify(rows);
    for (const secret of [mac, visitor.challengeId]) {
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });
});
