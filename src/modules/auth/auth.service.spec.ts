import { lastValueFrom, of } from 'rxjs';
import type { ExecutionContext, NestInterceptor, Type } from '@nestjs/common';
import { eventually } from '../../../test/support/eventually.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { OtpService } from '../otp/otp.service.js';
import { OtpVerifier } from '../otp/otp-verifier.service.js';
import { ChallengeOver, CodeWrong } from '../otp/otp.errors.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { ReferralsService } from '../referrals/referrals.service.js';
import { Administration } from '../users/administration.service.js';
import { Arrivals } from './arrivals.service.js';
import { AuthModule } from './auth.module.js';
import { Blocked } from './auth.errors.js';
import { AuthService, type SignInAsker } from './auth.service.js';
import { CreatedWhenNew } from './created-when-new.js';

let world: ServicesWorld;
let auth: AuthService;

beforeAll(async () => {
  world = await ServicesWorld.start([AuthModule]);
  auth = world.get(AuthService);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

type Typed = Readonly<{ phone: string } | { email: string }>;

async function signIn(typed: Typed, asker: SignInAsker = world.anAsker()) {
  const challenge = await auth.requestCode(typed, asker);
  return auth.verifyCode({ ...challenge, code: await world.codeOf(challenge) }, asker);
}

/** Registers with a password that hashes to `hash`. */
async function register(phone: string, hash: string) {
  const asker = world.anAsker();
  const contact = { channel: 'sms', value: phone } as const;
  const hashPassword = async () => hash;
  const challenge = await world.get(OtpService).issue('registration', { contact, asker }, { hashPassword });
  return auth.verifyCode({ ...challenge, code: await world.codeOf(challenge) }, asker);
}

const countPeople = async () => (await world.sql('SELECT FROM users')).length;

describe('Signing in by a code', () => {
  it.each([
    ['a phone', () => ({ phone: world.freshPhone() })],
    ['an e-mail address', () => ({ email: world.freshEmail() })],
  ])('registers the owner of %s once, with an invite code', async (_, fresh) => {
    const typed = fresh();
    const first = await signIn(typed);
    expect(first).toMatchObject({ tokenType: 'Bearer', isNewUser: true, user: { ...typed, role: 'user' } });
    expect(first.user.inviteCode).toMatch(/^[0-9A-Z]{6}$/);
    await world.clock.advance('61 s');
    const again = await signIn(typed);
    expect(again).toMatchObject({ isNewUser: false, user: first.user });
  });

  it('opens a session of the device, which holds its address only masked', async () => {
    const asker = world.anAsker();
    const { refreshToken, user } = await signIn({ phone: world.freshPhone() }, asker);
    const sessions = await world.sql(
      'SELECT id::text, user_agent AS agent, masked_address AS address FROM sessions WHERE user_id = $1',
      [user.id],
    );
    const address = asker.address.replace(/\d+$/, '*');
    expect(sessions).toEqual([{ id: refreshToken.split('.')[0], agent: 'a browser', address }]);
  });

  it('is written down as what it was', async () => {
    const phone = world.freshPhone();
    const { user } = await signIn({ phone });
    await world.clock.advance('61 s');
    await signIn({ phone });
    await eventually(async () => expect(await world.entriesAbout(user.id)).toHaveLength(2));
    const entry = { actorId: user.id, address: expect.stringMatching(/\.\*$/) as string, details: { by: 'code' } };
    expect(await world.entriesAbout(user.id)).toMatchObject([
      { action: 'auth.registered', ...entry },
      { action: 'auth.signed_in', ...entry },
    ]);
  });

  it('gives the messages back to their limits', async () => {
    const reward = jest.spyOn(world.get(OtpVerifier), 'reward');
    const asker = world.anAsker();
    const phone = world.freshPhone();
    await signIn({ phone }, asker);
    const right = { contact: { channel: 'sms', value: phone }, network: asker.network };
    expect(reward).toHaveBeenCalledWith(expect.objectContaining(right), [
      expect.any(Buffer),
      expect.any(Buffer),
      expect.any(Buffer),
    ]);
  });

  it('with a wrong code is refused and written down; with none that lives only refused', async () => {
    const asker = world.anAsker();
    const challenge = await auth.requestCode({ phone: world.freshPhone() }, asker);
    const wrong = { ...challenge, code: await world.wrongCodeOf(challenge) };
    const before = await countPeople();
    await expect(auth.verifyCode(wrong, asker)).rejects.toBeInstanceOf(CodeWrong);
    await expect(auth.verifyCode({ challengeId: 'none', code: '0000' }, asker)).rejects.toBeInstanceOf(ChallengeOver);
    const entries = await world.sql(
      `SELECT subject_id AS "subjectId", actor_id AS "actorId", details, times FROM audit_entries
       WHERE action = 'auth.sign_in_failed' AND masked_address = $1`,
      [asker.address.replace(/\d+$/, '*')],
    );
    expect(entries).toEqual([{ subjectId: null, actorId: null, details: { by: 'code' }, times: 1 }]);
    expect(await countPeople()).toBe(before);
  });

  it('takes no code that was sent for a new password', async () => {
    const asker = world.anAsker();
    const challenge = await auth.requestCode({ phone: world.freshPhone() }, asker, 'password_reset');
    const typed = { ...challenge, code: await world.codeOf(challenge) };
    await expect(auth.verifyCode(typed, asker)).rejects.toBeInstanceOf(ChallengeOver);
  });

  it('is one session for one code, however often it is given at once', async () => {
    const asker = world.anAsker();
    const challenge = await auth.requestCode({ phone: world.freshPhone() }, asker);
    const typed = { ...challenge, code: await world.codeOf(challenge) };
    const done = await Promise.allSettled(Array.from({ length: 4 }, () => auth.verifyCode(typed, asker)));
    const refused = done.filter((each) => each.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refused).toEqual(Array.from({ length: 3 }, () => expect.any(ChallengeOver) as object));
  });

  it('lets nobody in who is blocked, and writes that down', async () => {
    const phone = world.freshPhone();
    const id = await world.aPerson({ phone, status: 'blocked' });
    await expect(signIn({ phone })).rejects.toBeInstanceOf(Blocked);
    expect(await world.sql('SELECT FROM sessions WHERE user_id = $1', [id])).toEqual([]);
    expect(await world.entriesAbout(id)).toMatchObject([
      { action: 'auth.sign_in_failed', actorId: null, details: { by: 'code', reason: 'blocked' } },
    ]);
  });

  it('draws another invite code when the first is somebody’s, and gives up in the end', async () => {
    const [taken] = await world.sql<{ code: string }>('SELECT code FROM referral_links LIMIT 1');
    const drawn = jest.spyOn(world.get(ReferralsService), 'minting');
    for (let draw = 0; draw < 7; draw += 1) drawn.mockReturnValueOnce([taken?.code]);
    expect(await signIn({ phone: world.freshPhone() })).toMatchObject({ isNewUser: true });
    drawn.mockReturnValue([taken?.code]).mockClear();
    await expect(signIn({ phone: world.freshPhone() })).rejects.toThrow(/referral_links_pkey/);
    expect(drawn).toHaveBeenCalledTimes(8);
    drawn.mockReturnValue([null]).mockClear();
    await expect(signIn({ phone: world.freshPhone() })).rejects.toThrow(/null value/);
    expect(drawn).toHaveBeenCalledTimes(1);
  });
});

describe('Somebody who deletes the account an instant after they came with an invite code', () => {
  it('was let in, and has activated it: nobody is told that nothing happened', async () => {
    const phone = world.freshPhone();
    const { user } = await signIn({ phone });
    await world.clock.advance('61 s');
    const [asker, arrivals] = [world.anAsker(), world.get(Arrivals)];
    const inviteCode = await world.inviteCodeOf(await world.aPerson());
    const challenge = await auth.requestCode({ phone }, asker);
    const code = await world.codeOf(challenge);
    const welcome = arrivals.welcome.bind(arrivals);
    jest.spyOn(arrivals, 'welcome').mockImplementation(async (person, arrival) => {
      await world.get(Administration).erase(person.id);
      return welcome(person, arrival);
    });
    const answer = await auth.verifyCode({ ...challenge, code, inviteCode }, asker);
    expect(answer).toMatchObject({ isNewUser: false, user: { id: user.id, activatedInviteCode: inviteCode } });
  });
});

describe('A password that waited for the code', () => {
  it('counts for whoever is new', async () => {
    const { user, isNewUser } = await register(world.freshPhone(), 'hashed');
    expect(isNewUser).toBe(true);
    expect(await world.get(PasswordsService).hashOf(user.id)).toBe('hashed');
  });

  it('never counts for whoever has the contact already, who is signed in', async () => {
    const phone = world.freshPhone();
    const id = await world.aPerson({ phone });
    expect(await register(phone, 'hashed')).toMatchObject({ isNewUser: false, user: { id } });
    expect(await world.get(PasswordsService).has(id)).toBe(false);
  });
});

describe('A challenge', () => {
  it('tells how its message fares, and sends another code when it is time', async () => {
    const asker = world.anAsker();
    const challenge = await auth.requestCode({ phone: world.freshPhone() }, asker);
    expect(await auth.statusOf(challenge.challengeId)).toMatchObject({ status: 'queued' });
    expect(await auth.statusOf('none')).toMatchObject({ status: 'over' });
    await world.clock.advance('61 s');
    const renewed = await auth.resendCode(challenge.challengeId, asker);
    expect(renewed.challengeId).toBe(challenge.challengeId);
    expect(renewed.resendAt.getTime()).toBeGreaterThan(challenge.resendAt.getTime());
  });
});

describe('The answer to a sign-in', () => {
  it.each([
    [true, [201]],
    [false, []],
  ])('where the person is new (%s) sets the status %j', async (isNewUser, expected) => {
    class Routes {
      @CreatedWhenNew(Routes)
      signIn(): void {}
    }
    const route = Object.getOwnPropertyDescriptor(Routes.prototype, 'signIn')?.value as object;
    const [Interceptor] = Reflect.getMetadata('__interceptors__', route) as [Type<NestInterceptor>];
    const set: number[] = [];
    const reply = { status: (status: number) => void set.push(status) };
    const context = { switchToHttp: () => ({ getResponse: () => reply }) } as unknown as ExecutionContext;
    const answer = { isNewUser };
    const passed = await new Interceptor().intercept(context, { handle: () => of(answer) });
    expect(await lastValueFrom(passed)).toBe(answer);
    expect(set).toEqual(expected);
  });
});
