import { StatementCost } from '../../../test/support/statement-cost.js';
import { overlapping } from '../../../test/support/overlapping.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { hashOfSecret } from '../../common/crypto.js';
import { OtpService } from '../otp/otp.service.js';
import { OtpVerifier } from '../otp/otp-verifier.service.js';
import { ChallengeOver, CodeWrong, TooManyWrongCodes } from '../otp/otp.errors.js';
import { UsersService } from '../users/users.service.js';
import { AuthModule } from './auth.module.js';
import { AuthService, type SignInAsker } from './auth.service.js';
import { Blocked } from './auth.errors.js';

let world: ServicesWorld;
let auth: AuthService;
const cost = new StatementCost();

beforeAll(async () => {
  world = await ServicesWorld.start([AuthModule], { LIMIT_WRONG_CODES_PER_NETWORK_HOUR: '7' });
  auth = world.get(AuthService);
});

afterEach(() => {
  jest.restoreAllMocks();
  cost.stop();
});

afterAll(() => world.close());

async function aCode(typed: { phone: string } | { email: string } = { phone: world.freshPhone() }) {
  const asker = world.anAsker();
  const challenge = await auth.requestCode(typed, asker);
  return { asker, challengeId: challenge.challengeId, code: await world.codeOf(challenge) };
}

type Sent = Awaited<ReturnType<typeof aCode>>;

const verify = ({ asker, ...typed }: Sent, from: SignInAsker = asker) => auth.verifyCode(typed, from);

/** Types wrong codes, one after the other. */
async function guess(sent: Sent, times: number, from: SignInAsker = sent.asker): Promise<void> {
  const code = await world.wrongCodeOf(sent);
  for (let time = 0; time < times; time += 1)
    await expect(verify({ ...sent, code }, from)).rejects.toBeInstanceOf(CodeWrong);
}

async function attemptsAt({ challengeId }: Sent): Promise<number | undefined> {
  const id = hashOfSecret(challengeId);
  return (await world.sql<{ attempts: number }>('SELECT attempts FROM otp_challenges WHERE id = $1', [id]))[0]
    ?.attempts;
}

/** Whether a code was checked in steps, because it was not proven at once. */
const checks = () => jest.spyOn(world.get(OtpVerifier), 'check');

describe('A right code of a sign-in by SMS', () => {
  it('is proven, used and answered by one statement that waits for the disk', async () => {
    const sent = await aCode();
    cost.reset();
    cost.listen();
    expect(await verify(sent)).toMatchObject({ isNewUser: true });
    expect(cost.statements.filter((text) => text.includes('otp_challenges'))).toHaveLength(1);
    expect(cost.waitingCommits).toBe(1);
  });

  it('is used then, and what it was kept with is forgotten', async () => {
    const sent = await aCode();
    await verify(sent);
    await expect(verify(sent)).rejects.toBeInstanceOf(ChallengeOver);
    const rows = await world.sql(
      'SELECT end_reason AS why, attempts, released_as AS kept FROM otp_challenges WHERE id = $1',
      [hashOfSecret(sent.challengeId)],
    );
    expect(rows).toEqual([{ why: 'used', attempts: 1, kept: null }]);
  });

  it('ends the codes that others have asked for to the same phone', async () => {
    const phone = world.freshPhone();
    const others = await aCode({ phone });
    await world.clock.advance('21 s');
    await verify(await aCode({ phone }));
    await expect(verify(others)).rejects.toBeInstanceOf(ChallengeOver);
  });

  it('signs in by its second message, and by the first no more', async () => {
    const sent = await aCode();
    await world.clock.advance('61 s');
    await world.get(OtpService).resend(sent.challengeId, sent.asker);
    const fresh = { ...sent, code: await world.codeOf(sent) };
    if (fresh.code !== sent.code) await expect(verify(sent)).rejects.toBeInstanceOf(CodeWrong);
    const steps = checks();
    expect(await verify(fresh)).toMatchObject({ isNewUser: true });
    expect(steps).not.toHaveBeenCalled();
  });
});

describe('A right code is worth nothing', () => {
  it('after five wrong ones', async () => {
    const sent = await aCode();
    await guess(sent, 5);
    await expect(verify(sent, world.anAsker())).rejects.toBeInstanceOf(ChallengeOver);
  });

  it('when the fifth wrong one comes in the same moment and is counted first', async () => {
    const sent = await aCode();
    await guess(sent, 4);
    const wrong = { ...sent, code: await world.wrongCodeOf(sent) };
    const [, known] = await overlapping(
      world,
      () => expect(verify(wrong)).rejects.toBeInstanceOf(CodeWrong),
      () => verify(sent, world.anAsker()),
    );
    expect(known).toMatchObject({ reason: expect.any(ChallengeOver) as object });
  });

  it('and no more wrong ones are looked at than five, though the last two come in the same moment', async () => {
    const sent = await aCode();
    await guess(sent, 4);
    const wrong = { ...sent, code: await world.wrongCodeOf(sent) };
    const [, later] = await overlapping(
      world,
      () => expect(verify(wrong)).rejects.toBeInstanceOf(CodeWrong),
      () => verify(wrong, world.anAsker()),
    );
    expect(later).toMatchObject({ reason: expect.any(ChallengeOver) as object });
    expect(await attemptsAt(sent)).toBe(5);
  });

  it('once it was used; a wrong one that comes in the same moment is not counted any more', async () => {
    const sent = await aCode();
    const wrong = { ...sent, code: await world.wrongCodeOf(sent) };
    const [, later] = await overlapping(
      world,
      () => verify(sent),
      () => verify(wrong, world.anAsker()),
    );
    expect(later).toMatchObject({ reason: expect.any(ChallengeOver) as object });
    expect(await attemptsAt(sent)).toBe(1);
  });

  it('when it was used in the same moment', async () => {
    const sent = await aCode();
    const [first, second] = await overlapping(
      world,
      () => verify(sent),
      () => verify(sent),
    );
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: expect.any(ChallengeOver) as object });
  });

  it('from a network that has guessed too often', async () => {
    const [sent, other] = [await aCode(), await aCode()];
    await guess(other, 5, sent.asker);
    await guess(await aCode(), 2, sent.asker);
    await expect(verify(sent)).rejects.toBeInstanceOf(TooManyWrongCodes);
    expect(await verify(sent, world.anAsker())).toMatchObject({ isNewUser: true });
  });

  it('after five minutes', async () => {
    const sent = await aCode();
    await world.clock.advance('301 s');
    await expect(verify(sent)).rejects.toBeInstanceOf(ChallengeOver);
  });

  it('from there, and asks the database for no more than a wrong one does: time must not tell them apart', async () => {
    const sent = await aCode();
    const from = world.anAsker();
    await guess(await aCode(), 5, from);
    await guess(await aCode(), 2, from);
    const asked = async (code: string) => {
      cost.reset();
      cost.listen();
      await expect(verify({ ...sent, code }, from)).rejects.toBeInstanceOf(TooManyWrongCodes);
      cost.stop();
      return cost.statements;
    };
    expect(await asked(sent.code)).toEqual(await asked(await world.wrongCodeOf(sent)));
  });

  it('with another number of digits than the message had', async () => {
    const sent = await aCode();
    await world.sql('UPDATE otp_challenges SET code_length = 8 WHERE id = $1', [hashOfSecret(sent.challengeId)]);
    await expect(verify(sent)).rejects.toBeInstanceOf(CodeWrong);
  });

  it('where its owner was blocked and has deleted the account', async () => {
    const phone = world.freshPhone();
    const id = await world.aPerson({ phone, email: world.freshEmail(), status: 'blocked' });
    await world.get(UsersService).changeContact(id, 'phone', null);
    const steps = checks();
    await expect(verify(await aCode({ phone }))).rejects.toBeInstanceOf(Blocked);
    expect(steps).not.toHaveBeenCalled();
  });
});

describe('A right code is checked in steps', () => {
  it.each([
    ['where it came by e-mail', () => aCode({ email: world.freshEmail() })],
    [
      'where an earlier version has written its challenge',
      async () => {
        const sent = await aCode();
        await world.sql('UPDATE otp_challenges SET released_as = NULL WHERE id = $1', [hashOfSecret(sent.challengeId)]);
        return sent;
      },
    ],
  ])('%s', async (_, sent) => {
    const steps = checks();
    expect(await verify(await sent())).toMatchObject({ isNewUser: true });
    expect(steps).toHaveBeenCalledTimes(1);
  });

  it('where an invite code comes with it', async () => {
    const inviteCode = await world.inviteCodeOf(await world.aPerson());
    const { asker, ...typed } = await aCode();
    const steps = checks();
    const { user } = await auth.verifyCode({ ...typed, inviteCode }, asker);
    expect(user).toMatchObject({ activatedInviteCode: inviteCode });
    expect(steps).toHaveBeenCalledTimes(1);
  });
});

describe('Codes that are typed at once', () => {
  const GUESSES = 60;
  const ROUNDS = 4;

  it('are five at the most: the right one among many that come before it is lost', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const sent = await aCode();
      const wrong = Array.from({ length: 10_000 }, (_, number) => String(number).padStart(4, '0'));
      const guesses = [...wrong.filter((code) => code !== sent.code).slice(0, GUESSES), sent.code];
      // Each from a network of its own, so that only the challenge counts them.
      const done = await Promise.allSettled(guesses.map((code) => verify({ ...sent, code }, world.anAsker())));
      expect(done.filter(({ status }) => status === 'fulfilled')).toEqual([]);
      const reasons = done.map((each) => (each as PromiseRejectedResult).reason as unknown);
      expect(reasons.filter((reason) => reason instanceof CodeWrong)).toHaveLength(5);
    }
  });
});
