import { BoundedQueue } from '../../src/platform/bounded-queue/bounded-queue.js';
import type { Answer, Api } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { aGate } from '../support/memory-outbox.js';
import { freshAddress, freshEmail, type User, World } from '../support/world.js';

const RIGHT = 'four words of mine';
const WRONG = 'four words of yours';
/** More than may wait for a place within two seconds. */
const CROWD = 1_000;

type Act = (api: Api, currentPassword: string) => Promise<Answer<unknown>>;

const ACTS: [string, Act][] = [
  ['another password', (api, currentPassword) => api.changePassword({ currentPassword, newPassword: 'six new words' })],
  ['another contact', (api, currentPassword) => api.askForContact({ email: freshEmail(), currentPassword })],
  ['a contact less', (api, currentPassword) => api.removeContact('phone', { currentPassword })],
  ['another invite code', (api, currentPassword) => api.rotateInviteCode({ currentPassword })],
  ['the end of the account', (api, currentPassword) => api.deleteAccount({ currentPassword })],
];

const refused = (status: number, code: string) => ({ status, body: { status, code } });

describe('The current password of whoever wants', () => {
  let app: TestApp;
  let world: World;
  let user: User;

  beforeAll(async () => {
    app = await startTestApp({ LIMIT_PASSWORDS_PER_NAME_HOUR: '3', LIMIT_PASSWORDS_IN_A_ROW: '5' });
    world = new World(app);
  });

  beforeEach(async () => {
    user = await world.aUserWithPassword(RIGHT);
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => app.close());

  /** The same person in a network from which nobody has typed anything. */
  const elsewhere = (): Api => user.api.with({ 'x-forwarded-for': freshAddress() });

  async function typeWrong(act: Act, api: Api, times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      expect(await act(api, WRONG)).toMatchObject(refused(403, 'auth.reauthentication_required'));
    }
  }

  it.each(ACTS)('%s may be typed wrong so often from one network', async (_, act) => {
    await typeWrong(act, user.api, 3);
    const answer = await act(user.api, RIGHT);
    expect(answer).toMatchObject(refused(429, 'auth.too_many_password_failures'));
    expect(answer.headers.get('ratelimit-policy')).toMatch(/;q=3;w=3600$/);
    expect((await act(elsewhere(), RIGHT)).status).not.toBe(429);
  });

  it.each(ACTS)('%s may be typed wrong so often in a row, from wherever: then it takes a code', async (_, act) => {
    await typeWrong(act, elsewhere(), 3);
    await typeWrong(act, elsewhere(), 2);
    expect(await act(elsewhere(), RIGHT)).toMatchObject(refused(403, 'auth.code_required'));
  });

  it.each(ACTS)('%s is not looked at while too many others wait: they are asked to come again', async (_, act) => {
    const run = jest.spyOn(BoundedQueue.prototype, 'run');
    expect(await user.logIn(RIGHT)).toMatchObject({ status: 200 });
    const [hashing] = run.mock.contexts as BoundedQueue[];
    jest.restoreAllMocks();
    const { gate, open } = aGate();
    const crowd = Promise.allSettled(Array.from({ length: CROWD }, async () => hashing?.run(() => gate)));
    const answer = await act(user.api, RIGHT).finally(open);
    expect(answer).toMatchObject(refused(503, 'auth.busy'));
    expect(answer.headers.get('retry-after')).toBe('2');
    await crowd;
    expect((await act(user.api, RIGHT)).status).not.toBe(503);
  });
});
