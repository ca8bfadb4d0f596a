import type { InviteCheckDto } from '../../src/modules/invites/invites.dto.js';
import { type Answer, refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type User, type Visitor, World } from '../support/world.js';

const UNKNOWN = '000A00';
const QUOTA = 30;

const codeOf = (user: User): string => user.tokens.user.inviteCode;

const check = ({ api }: Visitor, code: string): Promise<Answer<InviteCheckDto>> =>
  api.get(`/api/v1/invites/${encodeURIComponent(code)}`);

describe('Whether an invite code is valid', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const valid = async (code: string, visitor = world.aVisitor()) => (await check(visitor, code)).body.valid;

  it('is told to everybody, and kept by nobody', async () => {
    const owner = await world.aUser();
    const answer = await check(world.aVisitor(), codeOf(owner));
    expect(answer).toMatchObject({ status: 200, body: { valid: true } });
    expect(answer.body).toEqual({ valid: true });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('does not depend on how it is spelled', async () => {
    const code = codeOf(await world.aUser());
    expect(await valid(` ${code.slice(0, 3)}-${code.slice(3).toLowerCase()} `)).toBe(true);
  });

  it.each([UNKNOWN, 'ABC', '000A00X', 'кто-то', '%', ' ', 'x'.repeat(128)])(
    'is not for what nobody has: %j',
    async (code) => {
      expect(await valid(code)).toBe(false);
    },
  );

  it('ends with the code, and with its owner’s sign-in', async () => {
    const [former, blocked, gone] = [await world.aUser(), await world.aUser(), await world.aUser()];
    expect(await Promise.all([former, blocked, gone].map((owner) => valid(codeOf(owner))))).toEqual([true, true, true]);
    await app.sql('UPDATE referral_links SET retired_at = clock_now() WHERE user_id = $1', [former.id]);
    await (await world.anAdmin()).api.changePerson(blocked.id, { status: 'blocked' });
    await gone.api.deleteAccount();
    expect(await Promise.all([former, blocked, gone].map((owner) => valid(codeOf(owner))))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is found by trying 30 codes an hour from one network, and no more', async () => {
    const [owner, address] = [await world.aUser(), '203.0.113.7'];
    const visitor = world.aVisitor({ address });
    for (let n = 0; n < QUOTA; n += 1) {
      expect(await check(visitor, `000A${String(n).padStart(2, '0')}`)).toMatchObject({ status: 200 });
    }
    const refused = await check(world.aVisitor({ address: '203.0.113.99' }), codeOf(owner));
    expect(refused).toMatchObject({ status: 429, body: { code: 'referrals.too_many_unknown_codes' } });
    expect(refusal(refused).retryAfter).toBeGreaterThan(3_500);
    expect(await valid(codeOf(owner))).toBe(true);
    await app.advance('1 hour 1 second');
    expect(await valid(codeOf(owner), visitor)).toBe(true);
  });

  it('may be asked as often as one likes of codes that are, and of what can be none', async () => {
    const [owner, visitor] = [await world.aUser(), world.aVisitor()];
    for (let n = 0; n < QUOTA; n += 1) {
      expect([await valid(codeOf(owner), visitor), await valid('ABC', visitor)]).toEqual([true, false]);
    }
    expect(await check(visitor, UNKNOWN)).toMatchObject({ status: 200 });
  });

  it('is found by trying no more when all are tried at once', async () => {
    const visitor = world.aVisitor();
    const answers = await Promise.all(
      Array.from({ length: 2 * QUOTA }, (_, n) => check(visitor, `000A${String(n).padStart(2, '0')}`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(QUOTA);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(QUOTA);
  });
});
