import { startBuiltServer } from '../../../test/support/built-server.js';
import type { TestApp } from '../../../test/support/app.js';
import { plain } from '../../../test/support/pictures.js';
import { wrongFor } from '../../../test/support/world.js';
import { LatchkeyProblem, LatchkeyUnreachable } from '../src/problems.js';
import { answers, Caller, cutsTheAnswerShort, isAway, losesTheAnswer, problem } from './caller.js';

const ME = '/api/v1/users/me';
const ASK = '/api/v1/auth/otp/request';
const VERIFY = '/api/v1/auth/otp/verify';

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('A call', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startBuiltServer();
  });

  afterAll(() => app.close());

  const aCaller = () => new Caller(app);
  const keysOf = (caller: Caller, path: string) =>
    caller.sentTo(path).map(({ headers }) => headers.get('idempotency-key'));

  it('throws what the service refuses as an error that tells all of it', async () => {
    const caller = aCaller();
    const challengeId = await caller.ask();
    const body = { challengeId, code: wrongFor(await caller.readCode()) };
    const error = await caught(caller.client.POST(VERIFY, { body }));
    expect(error).toBeInstanceOf(Error);
    if (!(error instanceof LatchkeyProblem && error.code === 'otp.code_wrong')) throw error;
    expect(error).toMatchObject({ status: 401, attemptsLeft: 4, name: 'LatchkeyProblem' });
    expect(error.message).toBe(`otp.code_wrong: ${error.title}`);
    expect(`urn:latchkey:request:${error.requestId}`).toBe(error.instance);
    expect(error.requestId).toMatch(/^[\w-]{16,}$/);
  });

  it('names the fields that are wrong, and says when to come again', async () => {
    const caller = aCaller();
    const wrong = await caught(caller.client.POST(ASK, { body: { email: 'nobody' } }));
    expect(wrong).toMatchObject({ code: 'request.invalid', errors: [{ field: 'email' }] });
    const challengeId = await caller.ask();
    const soon = await caught(caller.client.POST('/api/v1/auth/otp/resend', { body: { challengeId } }));
    expect(soon).toMatchObject({ code: 'otp.resend_too_soon', retryAfter: expect.any(Number) as number });
  });

  it('tells a service that is not there from one that refuses', async () => {
    const caller = aCaller();
    const call = () => caught(caller.client.GET('/api/v1/invites/{code}', { params: { path: { code: '7HX2QC' } } }));
    for (const [fault, expected] of [
      [isAway, { status: undefined }],
      [cutsTheAnswerShort, { status: undefined }],
      [answers(502, '<h1>Bad Gateway', 'text/html'), { status: 502 }],
      [answers(502, '{"message":"Bad Gateway"}', 'application/json'), { status: 502 }],
      [answers(200, '<h1>Pay for this network', 'text/html'), { status: 200 }],
    ] as const) {
      caller.meets('/api/v1/invites/7HX2QC', fault);
      const error = await call();
      expect(error).toBeInstanceOf(LatchkeyUnreachable);
      expect(error).toMatchObject({ name: 'LatchkeyUnreachable', ...expected });
    }
    expect(await call()).toBeUndefined();
  });

  it('is not repeated where the service asks to wait: that is for the app', async () => {
    const caller = aCaller();
    caller.meets(ASK, problem(503, 'sms.unavailable'));
    expect(await caught(caller.ask())).toMatchObject({ code: 'sms.unavailable' });
    caller.meets(ASK, problem(429, 'otp.too_many_messages'));
    expect(await caught(caller.ask())).toMatchObject({ code: 'otp.too_many_messages' });
    expect(caller.sentTo(ASK)).toHaveLength(2);
  });

  it('bears an Idempotency-Key where one is taken, and by it is repeated when the answer is lost', async () => {
    const caller = aCaller();
    caller.meets(ASK, losesTheAnswer);
    const challengeId = await caller.ask();
    const [lost, repeated, ...others] = keysOf(caller, ASK);
    expect(lost).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([repeated, others]).toEqual([lost, []]);
    caller.meets(VERIFY, cutsTheAnswerShort);
    await caller.client.POST(VERIFY, { body: { challengeId, code: await caller.readCode() } });
    expect(new Set(keysOf(caller, VERIFY)).size).toBe(1);
    expect(keysOf(caller, '/api/v1/qa/messages/wait')).toEqual([null]);
    expect(await caller.client.GET(ME)).toMatchObject({ email: caller.email });
  });

  it('that failed twice tells its key, with which an app may go on', async () => {
    const caller = aCaller();
    caller.meets(ASK, losesTheAnswer);
    caller.meets(ASK, isAway);
    const error = (await caught(caller.ask())) as LatchkeyUnreachable;
    const header = { 'Idempotency-Key': error.idempotencyKey };
    await caller.client.POST(ASK, { params: { header }, body: { email: caller.email } });
    expect(new Set(keysOf(caller, ASK))).toEqual(new Set([error.idempotencyKey]));
    expect(await caller.readCode()).toMatch(/^\d+$/);
  });

  it('that takes no Idempotency-Key is never repeated', async () => {
    const caller = await aCaller().signIn();
    caller.meets(ME, isAway);
    expect(await caught(caller.client.PATCH(ME, { body: { city: 'Kazan' } }))).toBeInstanceOf(LatchkeyUnreachable);
    expect(caller.sentTo(ME)).toHaveLength(1);
  });

  it('can be aborted, and fails then as fetch does', async () => {
    const caller = await aCaller().signIn();
    const waiting = new AbortController();
    caller.meets('/api/v1/qa/messages/wait', (request, send) => {
      const sent = send(request);
      waiting.abort();
      return sent;
    });
    const query = { to: '+79123456789', timeout: 30 };
    const options = { params: { query }, signal: waiting.signal };
    const error = await caught(caller.client.GET('/api/v1/qa/messages/wait', options));
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(error).not.toBeInstanceOf(LatchkeyUnreachable);
  });

  it('is answered in the language of the app', async () => {
    const titleFor = async (locale?: string | (() => string), headers?: Record<string, string>) =>
      (await caught(new Caller(app, { locale }).client.GET(ME, { headers }))) as LatchkeyProblem;
    const [russian, english] = [/^Вы не вошли/, /^You are not signed in/];
    expect((await titleFor('ru')).title).toMatch(russian);
    expect((await titleFor(() => 'ru')).title).toMatch(russian);
    expect((await titleFor()).title).toMatch(english);
    expect((await titleFor('ru', { 'Accept-Language': 'en' })).title).toMatch(english);
  });

  it('sends files, and gets them where it says as what', async () => {
    const caller = await aCaller().signIn();
    const avatar = new Blob([await plain(64, 64).png().toBuffer()], { type: 'image/png' });
    const { avatarUrl } = await caller.client.PUT('/api/v1/users/me/avatar', { body: { avatar } });
    const path = { id: String(avatarUrl).split('/').at(-1) ?? '' };
    const picture = await caller.client.GET('/api/v1/avatars/{id}', { params: { path }, parseAs: 'blob' });
    expect(picture).toMatchObject({ type: 'image/webp', size: expect.any(Number) as number });
    expect(await caller.client.GET('/api/v1/referrals/me/qr.svg', { parseAs: 'text' })).toMatch(/^<svg/);
    expect(await caller.client.DELETE('/api/v1/users/me/avatar')).toBeUndefined();
  });

  it('by the raw client answers status and headers, and problems without throwing', async () => {
    const caller = await aCaller().signIn();
    await caller.spoilAccessToken();
    const { data, response } = await caller.client.raw.GET(ME);
    expect([data?.email, response.status]).toEqual([caller.email, 200]);
    expect(response.headers.get('x-request-id')).toBeTruthy();
    const refused = await caller.client.raw.POST('/api/v1/referrals/activate', {
      body: { inviteCode: data?.inviteCode ?? '' },
    });
    expect(refused).toMatchObject({ error: { code: 'referrals.own_code' }, response: { status: 409 } });
  });
});
