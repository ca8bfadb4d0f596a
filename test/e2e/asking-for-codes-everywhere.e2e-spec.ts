import { randomUUID } from 'node:crypto';
import { type Answer, Api, type Headers } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { PRODUCTION } from '../support/production.js';
import { bearer, freshAddress, freshEmail, freshPhone, type User, World } from '../support/world.js';

type Ask = (by: Pick<User, 'api'>, contact: object, headers?: Headers) => Promise<Answer<unknown>>;

const ASKING: [string, Ask][] = [
  ['to sign in', ({ api }, contact, headers) => api.requestCode(contact, headers)],
  ['to register', ({ api }, contact, headers) => api.register({ ...contact, password: 'four words of mine' }, headers)],
  ['to set a password', ({ api }, contact, headers) => api.forgotPassword(contact, headers)],
  ['to change a contact', ({ api }, contact, headers) => api.askForContact(contact, headers)],
];

const refused = (status: number, code: string) => ({ status, body: { status, code } });

describe('Whoever asks for a code', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ LIMIT_CODES_PER_CONTACT_HOUR: '2' });
    world = new World(app);
  });

  afterAll(() => app.close());

  it.each(ASKING)('%s has a phone of a region that messages are sent to', async (_, ask) => {
    const answer = await ask(await world.aUser(), { phone: '+4915112345678' });
    expect(answer).toMatchObject(refused(422, 'sms.region_not_allowed'));
  });

  it.each(ASKING)('%s waits between two messages to one contact, and gets so many an hour', async (_, ask) => {
    const [user, contact] = [await world.aUser(), { phone: freshPhone() }];
    expect(await ask(user, contact)).toMatchObject({ status: 202 });
    expect(await ask(user, contact)).toMatchObject(refused(429, 'otp.resend_too_soon'));
    await app.advance('21 s');
    expect(await ask(user, contact)).toMatchObject({ status: 202 });
    await app.advance('21 s');
    expect(await ask(user, contact)).toMatchObject(refused(429, 'otp.too_many_messages'));
  });

  it('again for the same challenge gets no more than that, either', async () => {
    const visitor = world.aVisitor();
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    await app.advance('61 s');
    expect(await visitor.resendCode()).toMatchObject({ status: 202 });
    await app.advance('121 s');
    expect(await visitor.resendCode()).toMatchObject(refused(429, 'otp.too_many_messages'));
  });

  it.each(ASKING)('%s makes a new Idempotency-Key for another contact', async (_, ask) => {
    const [user, key] = [await world.aUser(), { 'idempotency-key': randomUUID() }];
    expect(await ask(user, { phone: freshPhone() }, key)).toMatchObject({ status: 202 });
    expect(await ask(user, { phone: freshPhone() }, key)).toMatchObject(refused(422, 'request.idempotency_key_reused'));
  });

  it('again makes a new Idempotency-Key for another challenge', async () => {
    const [visitor, other] = [world.aVisitor(), world.aVisitor()];
    for (const each of [visitor, other]) expect(await each.requestCode()).toMatchObject({ status: 202 });
    await app.advance('61 s');
    const key = { 'idempotency-key': randomUUID() };
    expect(await visitor.resendCode(key)).toMatchObject({ status: 202 });
    const answer = await visitor.api.resendCode(other.challengeId, key);
    expect(answer).toMatchObject(refused(422, 'request.idempotency_key_reused'));
  });
});

describe('Where e-mail is not offered', () => {
  /** Another replica, by which people sign in. */
  let home: TestApp;
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    home = await startTestApp({ PUBLIC_URL: PRODUCTION.PUBLIC_URL });
    app = await startTestApp({ ...PRODUCTION, WORKER: 'separate' }, home.database);
    world = new World(home);
  });

  afterAll(async () => {
    await app.close();
    await home.close();
  });

  const here = ({ tokens }: User) =>
    new Api(app.url, { ...bearer(tokens.accessToken), 'x-forwarded-for': freshAddress() });

  it.each(ASKING)('nobody gets a code by it %s', async (_, ask) => {
    const answer = await ask({ api: here(await world.aUser()) }, { email: freshEmail() });
    expect(answer).toMatchObject(refused(422, 'email.not_offered'));
  });

  it('no administrator gives anybody an address', async () => {
    const [admin, { id }] = [await world.anAdmin(), await world.aUser()];
    const answer = await here(admin).changePerson(id, { email: freshEmail() });
    expect(answer).toMatchObject(refused(422, 'email.not_offered'));
  });
});
