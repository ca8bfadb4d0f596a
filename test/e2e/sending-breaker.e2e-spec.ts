import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { REACTIONS, SmsAeroGateway } from '../support/sms-aero-gateway.js';
import { freshEmail, type User, type Visitor, World } from '../support/world.js';

/** Two replicas, each of which carries messages, before one gateway. */
describe('When the SMS gateway fails', () => {
  let gateway: SmsAeroGateway;
  let here: TestApp;
  let there: TestApp;
  let worldHere: World;
  let worldThere: World;
  let admin: User;

  beforeAll(async () => {
    gateway = await SmsAeroGateway.start();
    const account = { SMS_AERO_EMAIL: 'ops@example.org', SMS_AERO_API_KEY: 'k3y', SMS_AERO_URL: gateway.url };
    const overrides = { SMS_PROVIDER: 'sms-aero', ...account };
    here = await startTestApp(overrides);
    there = await startTestApp(overrides, here.database);
    [worldHere, worldThere] = [new World(here), new World(there)];
    admin = await worldHere.anAdmin();
  });

  beforeEach(() => {
    gateway.usual = REACTIONS.accepts;
  });

  afterEach(async () => {
    gateway.usual = REACTIONS.accepts;
    await here.sql(
      'UPDATE sending SET failures = 0, trips = 0, open_until = NULL, trial_until = NULL, failure = NULL, enabled = true',
    );
    await here.delivered();
  });

  afterAll(async () => {
    await there.close();
    await here.close();
    await gateway.close();
  });

  const breaker = async () => (await admin.api.sending()).body.breaker;
  const expectBreaker = (facts: object) => eventually(async () => expect(await breaker()).toMatchObject(facts));
  const statusOf = async (visitor: Visitor) => (await visitor.api.statusOf(visitor.challengeId)).body.status;
  const handedOver = (visitors: readonly Visitor[]) =>
    visitors.reduce((sum, { phone }) => sum + gateway.textsTo(phone).length, 0);

  /** For how many seconds the breaker is open, to five. */
  async function openFor(): Promise<number> {
    const [row] = await here.sql<{ seconds: number }>(
      `SELECT extract(epoch FROM open_until - clock_now())::float AS seconds FROM sending WHERE channel = 'sms'`,
    );
    return Math.ceil((row?.seconds ?? 0) / 5) * 5;
  }

  it.each([
    ['hasNoMoney', 'no_money'],
    ['refusesCredentials', 'unauthorized'],
  ] as const)(
    'for want of what only people can mend, the next request is refused everywhere: %s',
    async (how, failure) => {
      gateway.usual = REACTIONS[how];
      const visitor = worldHere.aVisitor();
      expect(await visitor.requestCode()).toMatchObject({ status: 202 });
      await expectBreaker({ state: 'open', failure, failures: 1 });
      for (const world of [worldHere, worldThere]) {
        const answer = await world.aVisitor().requestCode();
        expect(answer).toMatchObject({ status: 503, body: { code: 'sms.unavailable' } });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(50);
        expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      }
      expect(await statusOf(visitor)).toBe('queued');
      expect(await worldThere.aVisitor({ email: freshEmail() }).requestCode()).toMatchObject({ status: 202 });

      gateway.usual = REACTIONS.accepts;
      await here.clock.advance('61 s');
      await eventually(async () => expect(await statusOf(visitor)).toBe('sent'));
      await expectBreaker({ state: 'closed', openUntil: null, failure: null, failures: 0 });
      expect(handedOver([visitor])).toBe(2);
      expect(await worldThere.aVisitor().requestCode()).toMatchObject({ status: 202 });
    },
  );

  it('ten times in a row, none of these messages is sent again, and the next request is refused', async () => {
    gateway.usual = REACTIONS.fails;
    const worlds = [worldHere, worldThere];
    const visitors = Array.from({ length: 10 }, (_, n) => (worlds[n % 2] ?? worldHere).aVisitor());
    await Promise.all(visitors.slice(1).map((visitor) => visitor.requestCode()));
    await expectBreaker({ state: 'closed', failures: 9 });
    await visitors[0]?.requestCode();
    await expectBreaker({ state: 'open', failure: 'unavailable', failures: 10 });
    expect(await openFor()).toBe(30);
    expect(await worldThere.aVisitor().requestCode()).toMatchObject({ status: 503 });
    for (const visitor of visitors) await eventually(async () => expect(await statusOf(visitor)).toBe('failed'));
    expect(handedOver(visitors)).toBe(10);
  });

  it('and its time is over, all couriers together try one message, for twice as long if that fails', async () => {
    const people = [await worldHere.aUser(), await worldThere.aUser(), await worldHere.aUser()];
    const before = handedOver(people);
    await here.sql(`UPDATE sending SET failures = 10, trips = 1, failure = 'timeout', open_until = clock_now() + interval '1 hour'
      WHERE channel = 'sms'`);
    for (const { id } of people)
      expect(await admin.api.changePerson(id, { city: 'Kazan' })).toMatchObject({ status: 200 });
    gateway.usual = REACTIONS.fails;
    await here.sql(`UPDATE sending SET open_until = clock_now() WHERE channel = 'sms'`);
    await expectBreaker({ state: 'open', failure: 'unavailable', failures: 11 });
    expect(await openFor()).toBe(60);
    expect(handedOver(people)).toBe(before + 1);
    gateway.usual = REACTIONS.accepts;
    await here.clock.advance('61 s');
    await expectBreaker({ state: 'closed' });
    await eventually(async () => expect(handedOver(people)).toBe(before + 3));
  });

  it('for one number, others go on', async () => {
    const [one, other] = [worldHere.aVisitor(), worldThere.aVisitor()];
    gateway.meetNext(one.phone, REACTIONS.refusesNumber);
    await one.requestCode();
    await eventually(async () => expect(await statusOf(one)).toBe('failed'));
    expect(await other.requestCode()).toMatchObject({ status: 202 });
    expect(await breaker()).toMatchObject({ state: 'closed', failures: 0 });
  });
});
