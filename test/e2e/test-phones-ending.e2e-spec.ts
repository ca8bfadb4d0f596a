import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { SmsAeroGateway } from '../support/sms-aero-gateway.js';
import { codeIn, TestPhonesOfAFile } from '../support/test-phones.js';
import { World } from '../support/world.js';

const phones = new TestPhonesOfAFile();
let gateway: SmsAeroGateway;

beforeAll(async () => {
  gateway = await SmsAeroGateway.start();
});

afterAll(() => gateway.close());

describe('The first to register', () => {
  it('becomes no administrator by a test phone; the next one does', async () => {
    const first = await startTestApp({ ...phones.settings(60, gateway), FIRST_USER_IS_ADMIN: 'true' });
    const reviewer = await phones.aReviewer(new World(first)).visitor.signIn();
    expect(reviewer.tokens.user.role).toBe('user');
    expect((await new World(first).aUser()).tokens.user.role).toBe('admin');
    await first.close();
  });
});

describe('After TEST_PHONES_UNTIL', () => {
  let late: TestApp;

  beforeAll(async () => {
    late = await startTestApp(phones.settings(60, gateway));
  });

  afterAll(() => late.close());

  it('a test phone is one like any other, and its code is dead, for challenges that are open too', async () => {
    const people = new World(late);
    const [known, open] = [phones.aReviewer(people), phones.aReviewer(people)];
    const { id } = await known.visitor.signIn();
    await late.advance('57 min');
    await open.visitor.requestCode();
    const ends = async () => (await open.visitor.api.statusOf(open.visitor.challengeId)).body.expiresAt;
    const until = late.config.testPhones.until?.toISOString();
    expect(await ends()).toBe(until);
    await late.advance('61 s');
    expect(await open.visitor.resendCode()).toMatchObject({ status: 202 });
    expect(await ends()).toBe(until);
    await late.advance('2 min 5 s');
    expect(await open.visitor.verify(open.code)).toMatchObject({ status: 410 });
    expect((await open.visitor.api.statusOf(open.visitor.challengeId)).body.status).toBe('over');
    expect((await known.visitor.requestCode()).body.codeLength).toBe(4);
    expect(await known.visitor.verify(known.code)).toMatchObject({ status: 401 });
    const [text] = await eventually(() => {
      const texts = gateway.textsTo(known.visitor.phone);
      expect(texts).toHaveLength(1);
      return Promise.resolve(texts);
    });
    const answer = await known.visitor.verify(codeIn(text));
    expect(answer).toMatchObject({ status: 200, body: { user: { id } } });
  });
});

describe('When test phones are no longer configured', () => {
  it('an open challenge of one is over', async () => {
    const before = await startTestApp({ ...phones.settings(60, gateway), WORKER: 'separate' });
    const { visitor, code } = phones.aReviewer(new World(before));
    await visitor.requestCode();
    const after = await startTestApp({ WORKER: 'separate' }, before.database);
    const there = new World(after).aVisitor({ phone: visitor.phone });
    expect(await there.api.verify(visitor.challengeId, code)).toMatchObject({ status: 410 });
    await after.close();
    await before.close();
  });
});
