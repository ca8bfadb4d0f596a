import type { TestApp } from '../../../test/support/app.js';
import { startBuiltServer } from '../../../test/support/built-server.js';
import { decodeJwt, signedEs256 } from '../../../test/support/jwt.js';
import { signingKeyOf } from '../../../test/support/signing-key.js';
import { LatchkeyProblem, LatchkeyUnreachable } from '../src/problems.js';
import { memoryTokens, storageTokens, toStored } from '../src/tokens.js';
import { answers, Caller, cutsTheAnswerShort, isAway, losesTheAnswer, problem } from './caller.js';

const ME = '/api/v1/users/me';
const REFRESH = '/api/v1/auth/token/refresh';
const VERIFY = '/api/v1/auth/otp/verify';

describe('The tokens of a client', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startBuiltServer();
  });

  afterAll(() => app.close());

  const signedIn = () => new Caller(app).signIn();
  const twenty = ({ client }: Caller) => Promise.all(Array.from({ length: 20 }, () => client.GET(ME)));
  const unauthenticated = { name: 'LatchkeyProblem', code: 'auth.unauthenticated', status: 401 };

  it('are kept by signing in, and borne by closed operations alone', async () => {
    const caller = await signedIn();
    expect(await caller.client.GET(ME)).toMatchObject({ email: caller.email });
    await caller.client.GET('/api/v1/invites/{code}', { params: { path: { code: '7HX2QC' } } });
    expect(caller.sentTo(ME)[0]?.headers.get('authorization')).toBe(`Bearer ${(await caller.stored()).accessToken}`);
    expect(caller.sentTo('/api/v1/invites/7HX2QC')[0]?.headers.has('authorization')).toBe(false);
    expect(caller.refreshes).toBe(0);
  });

  it('leave a token alone that a caller brings', async () => {
    const caller = await signedIn();
    const headers = { Authorization: 'Bearer of-my-own' };
    await expect(caller.client.GET(ME, { headers })).rejects.toMatchObject(unauthenticated);
    expect(caller.refreshes).toBe(0);
  });

  it('are renewed when they have expired', async () => {
    const caller = await signedIn();
    const { header, claims } = decodeJwt((await caller.stored()).accessToken);
    const exp = Number(claims.iat) - 61;
    const expired = signedEs256({ header, claims: { ...claims, exp } }, await signingKeyOf(app));
    await caller.tokens.set({ ...(await caller.stored()), accessToken: expired });
    expect(await caller.client.GET(ME)).toMatchObject({ email: caller.email });
    expect(caller.sentTo(ME).map(({ status }) => status)).toEqual([401, 200]);
    expect((await caller.stored()).accessToken).not.toBe(expired);
  });

  it('are renewed half a minute before they expire, so that no request is refused', async () => {
    const tokens = { accessToken: '', tokenType: 'Bearer', refreshToken: '', refreshExpiresIn: 2_592_000 } as const;
    expect(toStored({ ...tokens, expiresIn: 900 }, 0)).toMatchObject({ refreshAt: 870_000 });
    expect(toStored({ ...tokens, expiresIn: 40 }, 0)).toMatchObject({ refreshAt: 20_000 });
    const caller = await signedIn();
    const now = jest.spyOn(Date, 'now');
    const { refreshAt } = await caller.stored();
    now.mockReturnValue(refreshAt - 1);
    await caller.client.GET(ME);
    expect(caller.refreshes).toBe(0);
    now.mockReturnValue(refreshAt);
    await caller.client.GET(ME);
    now.mockRestore();
    expect(caller.refreshes).toBe(1);
    expect(caller.sentTo(ME).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('that cannot be renewed before their time are used as they are', async () => {
    const caller = await signedIn();
    await caller.tokens.set({ ...(await caller.stored()), refreshAt: 0 });
    for (let times = 0; times < 3; times += 1) caller.meets(REFRESH, isAway);
    expect(await caller.client.GET(ME)).toMatchObject({ email: caller.email });
  });

  it('are renewed once for twenty requests at a time, which all succeed', async () => {
    const caller = await signedIn();
    await caller.spoilAccessToken();
    expect(new Set((await twenty(caller)).map(({ email }) => email))).toEqual(new Set([caller.email]));
    expect(caller.refreshes).toBe(1);
    expect(caller.sentTo(ME)).toHaveLength(40);
  });

  it('are renewed for a request with a body, which is sent again with it', async () => {
    const caller = await signedIn();
    await caller.spoilAccessToken();
    expect(await caller.client.PATCH(ME, { body: { city: 'Kazan' } })).toMatchObject({ city: 'Kazan' });
    const body = new ReadableStream({
      start: (stream) => (stream.enqueue(Buffer.from('{"city":"Perm"}')), stream.close()),
    });
    await caller.spoilAccessToken();
    const streamed = { body: body as never, bodySerializer: (same: unknown) => same, duplex: 'half' };
    expect(await caller.client.PATCH(ME, streamed)).toMatchObject({ city: 'Perm' });
  });

  it('that were renewed elsewhere are taken from there', async () => {
    const tokens = memoryTokens();
    const [tab, other] = [await new Caller(app, { tokens }).signIn(), new Caller(app, { tokens })];
    await tab.spoilAccessToken();
    tab.meets(ME, async (request, send) => {
      await other.client.GET(ME);
      return send(request);
    });
    await tab.client.GET(ME);
    expect([tab.refreshes, other.refreshes]).toEqual([0, 1]);
  });

  it('survive a refresh whose answer is lost, cut short or put off', async () => {
    const caller = await signedIn();
    for (const fault of [
      losesTheAnswer,
      cutsTheAnswerShort,
      problem(503, 'service.unavailable'),
      answers(502, '<p>', 'text/html'),
    ]) {
      await caller.spoilAccessToken();
      caller.meets(REFRESH, fault);
      expect(await caller.client.GET(ME)).toMatchObject({ email: caller.email });
    }
    expect(caller.refreshes).toBe(8);
    expect(caller.signOuts).toEqual([]);
  });

  it('survive a service that is away, and a request says so', async () => {
    const caller = await signedIn();
    await caller.spoilAccessToken();
    for (let times = 0; times < 3; times += 1) caller.meets(REFRESH, isAway);
    await expect(caller.client.GET(ME)).rejects.toBeInstanceOf(LatchkeyUnreachable);
    for (let times = 0; times < 3; times += 1) caller.meets(REFRESH, problem(503, 'service.unavailable'));
    await expect(caller.client.GET(ME)).rejects.toMatchObject({ code: 'service.unavailable' });
    expect(caller.signOuts).toEqual([]);
    expect(await caller.client.GET(ME)).toMatchObject({ email: caller.email });
  });

  it('that were used twice sign out, once for all that asked', async () => {
    const caller = await signedIn();
    const stolen = await caller.stored();
    await caller.client.refresh();
    await caller.client.refresh();
    await caller.tokens.set({ ...stolen, accessToken: 'spoilt' });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => caller.client.GET(ME)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: unauthenticated });
    expect(caller.signOuts).toEqual(['sessions.refresh_token_reused']);
    expect(caller.refreshes).toBe(3);
    expect(await caller.tokens.get()).toBeUndefined();
  });

  it('that nobody used for a month sign out', async () => {
    const caller = await signedIn();
    await app.advance('31 days');
    await expect(caller.client.GET(ME)).rejects.toMatchObject(unauthenticated);
    expect(caller.signOuts).toEqual(['sessions.refresh_token_invalid']);
  });

  it('are left alone by a 401 that tells of something else', async () => {
    const caller = await signedIn();
    const body = { challengeId: await new Caller(app).ask(), code: '0000' };
    await expect(caller.client.POST(VERIFY, { body })).rejects.toBeInstanceOf(LatchkeyProblem);
    const login = { username: caller.email, password: 'not the one I have' };
    await expect(caller.client.POST('/api/v1/auth/login', { body: login })).rejects.toMatchObject({ status: 401 });
    const contact = { challengeId: 'kV5x2mJq0uYw7Zr1bT9cGA', code: '0000' };
    caller.meets('/api/v1/users/me/contacts/confirm', problem(401, 'otp.code_wrong'));
    await expect(caller.client.POST('/api/v1/users/me/contacts/confirm', { body: contact })).rejects.toMatchObject({
      code: 'otp.code_wrong',
    });
    expect(caller.refreshes).toBe(0);
  });

  it('do not come back when their person signs out while they are renewed', async () => {
    const caller = await signedIn();
    caller.meets(REFRESH, async (request, send) => {
      const response = await send(request);
      await caller.client.signOut();
      return response;
    });
    await caller.client.refresh();
    expect(await caller.tokens.get()).toBeUndefined();
    expect(caller.signOuts).toEqual([]);
  });

  it('end with their session by signing out, also where the service is not told', async () => {
    const caller = await signedIn();
    const { accessToken } = await caller.stored();
    caller.meets('/api/v1/auth/logout', isAway);
    await expect(caller.client.signOut()).rejects.toBeInstanceOf(LatchkeyUnreachable);
    expect(await caller.client.accessToken()).toBeUndefined();
    const other = await signedIn();
    const headers = { Authorization: `Bearer ${(await other.stored()).accessToken}` };
    await other.client.signOut();
    await expect(other.client.GET(ME, { headers })).rejects.toMatchObject(unauthenticated);
    expect(await caller.client.GET(ME, { headers: { Authorization: `Bearer ${accessToken}` } })).toBeDefined();
  });

  describe('in the storage of a browser', () => {
    const held = new Map<string, string>();
    const storage = {
      getItem: (name: string) => held.get(name) ?? null,
      setItem: (name: string, value: string) => void held.set(name, value),
      removeItem: (name: string) => void held.delete(name),
    } as Storage;
    const names: string[] = [];
    let last: Promise<unknown> = Promise.resolve();
    /** One after the other, as the Web Locks API has it. */
    const locks = {
      request: (name: string, work: () => Promise<unknown>) => {
        names.push(name);
        return (last = last.then(work, work));
      },
    };

    beforeAll(() => Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true }));
    afterAll(() => Reflect.deleteProperty(globalThis, 'navigator'));

    it('serve several tabs, of which one renews them', async () => {
      const tabs = [0, 1, 2].map(() => new Caller(app, { tokens: storageTokens(storage) }));
      const [first] = tabs;
      await first?.signIn();
      await first?.spoilAccessToken();
      await Promise.all(tabs.map(twenty));
      expect(tabs.map(({ refreshes }) => refreshes).sort()).toEqual([0, 0, 1]);
      expect(new Set(names)).toEqual(new Set(['latchkey']));
      await first?.client.signOut();
      expect(held.size).toBe(0);
    });
  });
});
