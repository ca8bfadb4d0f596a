import type { Answer } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshPhone, type Visitor, World } from '../support/world.js';

/** What an onlooker can compare: everything but the values that differ for everybody. */
function shapeOf({ status, headers, body }: Answer<unknown>): object {
  const names = [...headers.keys()].filter((name) => name !== 'date').sort();
  const fields = Object.entries(body as object).map(([name, value]) => `${name}: ${typeof value}`);
  return { status, names, fields };
}

describe('Whether a phone has an account', () => {
  let app: TestApp;
  let world: World;
  let known: string;
  let blocked: string;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    known = (await world.aUser()).phone;
    blocked = (await world.aUser()).phone;
    await app.sql(`UPDATE users SET status = 'blocked' WHERE phone = $1`, [blocked]);
    await app.advance('1 day');
  });

  afterAll(() => app.close());

  const strangers = (): Visitor[] => [known, blocked, freshPhone()].map((phone) => world.aVisitor({ phone }));

  async function expectSame(step: (visitor: Visitor) => Promise<Answer<unknown>>, visitors: Visitor[]) {
    const [one, ...others] = (await Promise.all(visitors.map(step))).map(shapeOf);
    for (const other of others) expect(other).toEqual(one);
    return one;
  }

  it('is not told by any answer before the right code: request, status, wrong code, resend, refusal', async () => {
    const visitors = strangers();
    expect(await expectSame((visitor) => visitor.requestCode(), visitors)).toMatchObject({ status: 202 });
    expect(await expectSame((visitor) => visitor.requestCode(), visitors)).toMatchObject({ status: 429 });
    await app.delivered();
    expect(await expectSame((visitor) => visitor.api.statusOf(visitor.challengeId), visitors)).toMatchObject({
      status: 200,
    });
    expect(await expectSame((visitor) => visitor.guessWrong(), visitors)).toMatchObject({ status: 401 });
    await app.advance('61 s');
    expect(await expectSame((visitor) => visitor.resendCode(), visitors)).toMatchObject({ status: 202 });
    await app.advance('301 s');
    expect(await expectSame((visitor) => visitor.verify('0000'), visitors)).toMatchObject({ status: 410 });
  });

  it('is not told by the times and the length of the code, either', async () => {
    const answers = await Promise.all(strangers().map((visitor) => visitor.requestCode()));
    const [one, ...others] = answers.map(({ body }) => ({
      codeLength: body.codeLength,
      life: Math.round((Date.parse(body.expiresAt) - Date.parse(body.resendAt)) / 1_000),
    }));
    for (const other of others) expect(other).toEqual(one);
    await app.advance('1 h');
  });

  it('is not told by the message', async () => {
    const visitors = strangers();
    await Promise.all(visitors.map((visitor) => visitor.requestCode()));
    await app.delivered();
    const texts = visitors.map(async ({ api, phone }) => {
      const { body } = await api.latestMessage(`to=${encodeURIComponent(phone)}`);
      return body.text.replaceAll(body.code ?? '', '…');
    });
    expect(new Set(await Promise.all(texts)).size).toBe(1);
  });
});
