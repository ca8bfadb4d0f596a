import { PasswordHasher } from '../../src/modules/passwords/password-hasher.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { withoutQueues } from '../support/patience.js';
import { freshEmail, type User, World } from '../support/world.js';

const OLD = 'four words of mine';
const NEW = 'six new words for the same door';
const WRONG = { status: 401, body: { code: 'auth.invalid_credentials' } };

/** Something that has been waited for, or is. */
class Moment {
  readonly come: Promise<void>;
  arrive!: () => void;

  constructor() {
    this.come = new Promise((resolve) => {
      this.arrive = resolve;
    });
  }
}

type Work = (this: PasswordHasher, ...given: unknown[]) => Promise<never>;
/** What the hasher does when nobody holds it up. */
const WORK = Object.fromEntries(
  (['hash', 'verify'] as const).map((method) => [method, PasswordHasher.prototype[method]]),
) as Record<'hash' | 'verify', Work>;

/** Holds the next calls of the hasher up when their work is done. */
function holdNext(method: 'hash' | 'verify', calls = 1) {
  const [done, letGo] = [new Moment(), new Moment()];
  const spy = jest.spyOn(PasswordHasher.prototype, method);
  let awaited = calls;
  const held = async function (this: PasswordHasher, ...given: unknown[]) {
    const result = await WORK[method].apply(this, given);
    awaited -= 1;
    if (awaited === 0) done.arrive();
    await letGo.come;
    return result;
  };
  for (let call = 0; call < calls; call += 1) spy.mockImplementationOnce(held);
  return { done: done.come, letGo: letGo.arrive };
}

/** Lets requests, each of which hashes a password, go on in the same instant. */
async function hashedAtOnce<Answers extends unknown[]>(
  ...requests: { [Index in keyof Answers]: () => Promise<Answers[Index]> }
): Promise<Answers> {
  const hashing = holdNext('hash', requests.length);
  const answers = Promise.all(requests.map((request) => request()));
  await hashing.done;
  hashing.letGo();
  return (await answers) as Answers;
}

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startTestApp({ DATABASE_POOL: '10' });
  world = new World(app);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => app.close());

/** Somebody with a password who has asked for a code to reset it. */
async function aForgetfulUser(): Promise<{ user: User; code: string }> {
  const user = await world.aUserWithPassword(OLD);
  await app.advance('21 s');
  expect(await user.forgotPassword()).toMatchObject({ status: 202 });
  return { user, code: await user.readCode() };
}

const liveSessionsOf = async ({ id }: User) =>
  (await app.sql('SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [id])).length;

describe('A sign-in while the password is reset', () => {
  it('comes too late when its password was right before and is not any more', async () => {
    const { user, code } = await aForgetfulUser();
    const comparing = holdNext('verify');
    const late = user.logIn(OLD);
    await comparing.done;
    expect(await user.resetPassword(code, NEW)).toMatchObject({ status: 204 });
    comparing.letGo();
    expect(await late).toMatchObject(WRONG);
    expect(await liveSessionsOf(user)).toBe(0);
  });

  it('leaves no session behind, whichever of them is first', async () => {
    withoutQueues();
    for (let round = 0; round < 5; round += 1) {
      const { user, code } = await aForgetfulUser();
      const visitors = Array.from({ length: 8 }, () => world.aVisitor({ phone: user.phone }));
      const [reset, ...logins] = await Promise.all([
        user.resetPassword(code, NEW),
        ...visitors.map((visitor) => visitor.logIn(OLD)),
      ]);
      expect(reset).toMatchObject({ status: 204 });
      for (const { status } of logins) expect([200, 401]).toContain(status);
      expect(await liveSessionsOf(user)).toBe(0);
    }
  });

  it('leaves none by a code, either', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { user, code } = await aForgetfulUser();
      const email = freshEmail();
      await app.sql('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);
      const byEmail = world.aVisitor({ email });
      await byEmail.requestCode();
      const signInCode = await byEmail.readCode();
      const hashing = holdNext('hash');
      const reset = user.resetPassword(code, NEW);
      await hashing.done;
      const signIn = byEmail.verify(signInCode);
      hashing.letGo();
      expect(await reset).toMatchObject({ status: 204 });
      expect([200, 410]).toContain((await signIn).status);
      expect(await liveSessionsOf(user)).toBe(0);
    }
  });
});

describe('Two new passwords at once', () => {
  it('by both contacts of a person: the first to come ends the other’s code', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { user, code } = await aForgetfulUser();
      const email = freshEmail();
      await app.sql('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);
      const byEmail = world.aVisitor({ email });
      await byEmail.forgotPassword();
      const emailCode = await byEmail.readCode();
      const passwords = [`${NEW} by phone`, `${NEW} by e-mail`];
      const answers = await hashedAtOnce(
        () => user.resetPassword(code, passwords[0] ?? ''),
        () => byEmail.resetPassword(emailCode, passwords[1] ?? ''),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 410]);
      for (const [index, password] of passwords.entries()) {
        expect(await user.logIn(password)).toMatchObject({ status: answers[index]?.status === 204 ? 200 : 401 });
      }
    }
  });

  it('by changing and by resetting it: the first to come ends the other’s session or code', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { user, code } = await aForgetfulUser();
      const [changed, reset] = await hashedAtOnce(
        () => user.api.changePassword({ newPassword: `${NEW} changed` }),
        () => user.resetPassword(code, `${NEW} reset`),
      );
      expect([changed.status, reset.status].sort()).toEqual(changed.status === 204 ? [204, 410] : [204, 401].sort());
      expect(await user.logIn(`${NEW} changed`)).toMatchObject({ status: changed.status === 204 ? 200 : 401 });
      expect(await user.logIn(`${NEW} reset`)).toMatchObject({ status: reset.status === 204 ? 200 : 401 });
    }
  });

  it('by changing it twice in one session: both are done, and one of them counts', async () => {
    const user = await world.aUserWithPassword(OLD);
    const passwords = [`${NEW} first`, `${NEW} second`];
    const answers = await hashedAtOnce(
      ...passwords.map((newPassword) => () => user.api.changePassword({ newPassword })),
    );
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const logins = await Promise.all(passwords.map((password) => user.logIn(password)));
    expect(logins.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(await user.api.me()).toMatchObject({ status: 200 });
  });
});

describe('A change of the password', () => {
  it('comes too late when its session was ended meanwhile: whoever reset the password has the last word', async () => {
    const { user, code } = await aForgetfulUser();
    const hashing = holdNext('hash');
    const late = user.api.changePassword({ newPassword: 'what the thief wanted' });
    await hashing.done;
    expect(await user.resetPassword(code, NEW)).toMatchObject({ status: 204 });
    hashing.letGo();
    expect(await late).toMatchObject({ status: 401, body: { code: 'auth.unauthenticated' } });
    expect(await user.logIn('what the thief wanted')).toMatchObject(WRONG);
    expect(await user.logIn(NEW)).toMatchObject({ status: 200 });
  });
});

describe('A person who is blocked while the new password is hashed', () => {
  it('gets none, and hears why', async () => {
    const { user, code } = await aForgetfulUser();
    const hashing = holdNext('hash');
    const reset = user.resetPassword(code, NEW);
    await hashing.done;
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [user.id]);
    hashing.letGo();
    expect(await reset).toMatchObject({ status: 403, body: { code: 'auth.blocked' } });
    await app.sql(`UPDATE users SET status = 'active' WHERE id = $1`, [user.id]);
    expect(await user.logIn(NEW)).toMatchObject(WRONG);
    expect(await user.logIn(OLD)).toMatchObject({ status: 200 });
  });
});

describe('Sign-ins while the account is deleted', () => {
  it('leave no session and no device behind, whichever is first', async () => {
    for (let round = 0; round < 10; round += 1) {
      const user = await world.aUserWithPassword(OLD);
      const comparing = holdNext('verify', 4);
      const logIns = Array.from({ length: 4 }, () => user.logIn(OLD));
      await comparing.done;
      const deletion = user.api.deleteAccount();
      comparing.letGo();
      expect(await deletion).toMatchObject({ status: 204 });
      await Promise.all(logIns);
      const left = 'SELECT FROM sessions WHERE user_id = $1 AND (ended_at IS NULL OR user_agent IS NOT NULL)';
      expect(await app.sql(left, [user.id])).toEqual([]);
    }
  });
});
