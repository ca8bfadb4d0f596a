import { randomUUID } from 'node:crypto';
import { refusal } from '../support/api.js';
import { type AppAtHand, startTestApp } from '../support/app.js';
import { KINDS } from '../support/aged-rows.js';
import { World } from '../support/world.js';

const PASSWORD = 'four words of mine';
/** For how many days rows of each table may be there. Nobody comes back to sessions here, which live for 30 days. */
const DAYS: Readonly<Record<string, number>> = {
  otp_challenges: 1,
  messages: 90,
  sessions: 121,
  audit_entries: 400,
  rate_limits: 2,
  paused_blocks: 2,
  otp_check_stats: 2,
  otp_known_networks: 90,
  password_failures: 90,
  released_contacts: 180,
  idempotent_answers: 1,
  outbox: 1,
};
const STEP_DAYS = 20;
const STEPS = 23;

describe('Forgetting what is old', () => {
  let app: AppAtHand;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const pass = async (interval: string) => {
    await app.advance(interval);
    await app.sweep();
  };

  it('touches nothing that is in use: codes, sessions, answers that are repeated', async () => {
    const visitor = world.aVisitor();
    const key = { 'idempotency-key': randomUUID() };
    const asked = await visitor.requestCode(key);
    await app.sweep();
    expect((await visitor.requestCode(key)).body).toEqual(asked.body);
    const signedIn = await visitor.verify(await visitor.readCode());
    expect(signedIn).toMatchObject({ status: 201 });
    await pass('29 days');
    expect(await visitor.api.refresh(signedIn.body.refreshToken)).toMatchObject({ status: 200 });
  });

  it('leaves a challenge that is gone as over as it was', async () => {
    const visitor = world.aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    await app.advance('1 hour');
    const over = { status: 410, body: { code: 'otp.challenge_over' } };
    expect(await visitor.verify(code)).toMatchObject(over);
    await pass('24 hours');
    expect(await app.sql('SELECT FROM otp_challenges')).toEqual([]);
    expect(await visitor.verify(code)).toMatchObject(over);
    expect(await visitor.resendCode()).toMatchObject(over);
    expect(await visitor.api.statusOf(visitor.challengeId)).toMatchObject({ status: 200, body: { status: 'over' } });
  });

  it('forgets a password that was chosen and never proven', async () => {
    const visitor = world.aVisitor();
    await visitor.register(PASSWORD);
    const pending = () => app.sql('SELECT FROM otp_challenges WHERE pending_password IS NOT NULL');
    await pass('23 hours 59 min');
    expect(await pending()).toHaveLength(1);
    await pass('1 min 1 s');
    expect(await pending()).toEqual([]);
  });

  it('leaves what limits count: who guessed codes a day long gets longer ones to the end of it', async () => {
    const contact = world.aVisitor();
    for (const wrong of [4, 4, 2]) {
      await contact.requestCode();
      for (let guess = 0; guess < wrong; guess += 1) await contact.guessWrong();
      await app.advance('20 min');
    }
    const sameContact = world.aVisitor({ phone: contact.phone });
    await pass('22 hours');
    expect((await sameContact.requestCode()).body).toMatchObject({ codeLength: 8 });
    await pass('48 hours 1 s');
    const later = world.aVisitor({ phone: contact.phone });
    expect((await later.requestCode()).body).toMatchObject({ codeLength: 4 });
  });

  it('leaves wrong passwords in a row counted, for people and for names that nobody has', async () => {
    const user = await world.aUserWithPassword(PASSWORD);
    const nobody = world.aVisitor();
    for (const each of [user, nobody]) await each.logIn('a wrong guess');
    const counted = () => app.sql('SELECT FROM password_failures');
    await pass('89 days');
    expect(await counted()).toHaveLength(2);
    await pass('1 day 1 s');
    expect(await counted()).toEqual([]);
  });

  it('leaves whoever comes with a forgotten refresh token where they were: signed out', async () => {
    const user = await world.aUser();
    await user.api.logout(user.tokens.refreshToken);
    await pass('91 days');
    expect(await app.sql('SELECT FROM sessions WHERE user_id = $1', [user.id])).toEqual([]);
    const answer = await user.api.refresh(user.tokens.refreshToken);
    expect([answer.status, refusal(answer).code]).toEqual([401, 'sessions.refresh_token_invalid']);
  });
});

describe('In 460 days', () => {
  const tables = [...Object.values(KINDS).map(({ table }) => table), 'outbox'];
  let app: AppAtHand;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app.close());

  const sizes = async () =>
    new Map(
      await Promise.all(tables.map(async (table) => [table, (await app.sql(`SELECT FROM ${table}`)).length] as const)),
    );

  /** The tables with more rows than a step writes in each of their steps, give or take what came soon after an answer. */
  const tooLarge = (now: Map<string, number>, aStep: Map<string, number>) =>
    [...now].filter(([table, rows]) => {
      const steps = Math.ceil((DAYS[table] ?? 0) / STEP_DAYS) + 1;
      return rows > ((aStep.get(table) ?? 0) + 2) * steps;
    });

  it('no table comes to hold more than what was written in the time for which it is kept', async () => {
    const world = new World(app);
    let aStep: Map<string, number> | undefined;
    for (let step = 1; step <= STEPS; step += 1) {
      await happenings(world);
      await app.delivered();
      aStep ??= await sizes();
      await app.advance(`${STEP_DAYS} days`);
      await app.sweep();
      expect([step, tooLarge(await sizes(), aStep)]).toEqual([step, []]);
    }
    expect(await app.sql('SELECT FROM users')).toHaveLength(3 * STEPS);
    const short = [...(await sizes())].filter(([table]) => (DAYS[table] ?? 0) < STEP_DAYS);
    expect(short.filter(([, rows]) => rows > 0)).toEqual([]);
  }, 180_000);
});

/** What people do in some days; passwords one after another, because a busy machine refuses many at once. */
async function happenings(world: World): Promise<void> {
  const [leaving] = await Promise.all([world.aUser(), world.aUser()]);
  expect(await leaving.api.deleteAccount()).toMatchObject({ status: 204 });
  const visitor = world.aVisitor();
  await visitor.requestCode({ 'idempotency-key': randomUUID() });
  await visitor.guessWrong();
  await world.aVisitor().register(PASSWORD);
  const guessing = await world.aUserWithPassword(PASSWORD);
  for (const guess of ['a wrong guess', PASSWORD, 'another one']) await guessing.logIn(guess);
  await guessing.api.logout(guessing.tokens.refreshToken);
}
