import { randomUUID } from 'node:crypto';
import type { DomainErrorClass } from '../../src/common/domain-error.js';
import {
  ActivatedBefore,
  AlreadyActivated,
  CodeRetired,
  CodeUnknown,
  InviteCycle,
  OwnCode,
  TooManyUnknownCodes,
} from '../../src/modules/referrals/referrals.errors.js';
import { type Answer, refusal, type Tokens } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type User, type Visitor, World, wrongFor } from '../support/world.js';

const UNKNOWN = '000A00';
const PASSWORD = 'four words of mine';

describe('Signing in with the invite code of somebody else', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  /** Somebody who is known already, at the sign-in again. */
  async function returning({ phone }: User, options = {}): Promise<Visitor> {
    await app.advance('21 s');
    return world.aVisitor({ phone, ...options });
  }

  async function askedForCode(visitor: Visitor): Promise<string> {
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    return visitor.readCode();
  }

  const comesWith = async (visitor: Visitor, invite: object): Promise<Answer<Tokens>> =>
    visitor.verify(await askedForCode(visitor), undefined, invite);

  const edgesOf = ({ phone }: Visitor) =>
    app.sql<{ code: string; via: string }>(
      'SELECT code, via FROM referrals JOIN users ON users.id = invitee_id WHERE phone = $1',
      [phone],
    );
  const totalOf = async ({ api }: User) => (await api.me()).body.invitees.total;

  it('registers and activates in one step', async () => {
    const inviter = await world.aUser();
    const visitor = world.aVisitor();
    const { status, body } = await comesWith(visitor, { inviteCode: inviter.inviteCode });
    expect(status).toBe(201);
    expect(body).toMatchObject({ isNewUser: true, user: { activatedInviteCode: inviter.inviteCode } });
    expect(body).not.toHaveProperty('inviteProblem');
    expect(await edgesOf(visitor)).toEqual([{ code: inviter.inviteCode, via: 'typed' }]);
    expect((await inviter.api.me()).body.invitees).toMatchObject({ total: 1, items: [{ phone: visitor.phone }] });
  });

  it('shows what reading the profile shows then', async () => {
    const user = await world.anInvitee(await world.aUser());
    expect((await user.api.me()).body).toEqual(user.tokens.user);
  });

  it('activates for somebody known who has activated none', async () => {
    const inviter = await world.aUser();
    const visitor = await returning(await world.aUser());
    const { status, body } = await comesWith(visitor, { inviteCode: inviter.inviteCode });
    expect({ status, isNewUser: body.isNewUser }).toEqual({ status: 200, isNewUser: false });
    expect(body.user.activatedInviteCode).toBe(inviter.inviteCode);
    expect(body).not.toHaveProperty('inviteProblem');
    expect(await totalOf(inviter)).toBe(1);
  });

  it('changes nothing for somebody who came by the same one', async () => {
    const inviter = await world.aUser();
    const visitor = await returning(await world.anInvitee(inviter));
    const { body } = await comesWith(visitor, { inviteCode: inviter.inviteCode });
    expect(body.user.activatedInviteCode).toBe(inviter.inviteCode);
    expect(body).not.toHaveProperty('inviteProblem');
    expect(await totalOf(inviter)).toBe(1);
  });

  it('activates together with a password that is registered', async () => {
    const inviter = await world.aUser();
    const visitor = world.aVisitor();
    await visitor.register(PASSWORD);
    const answer = await visitor.verify(await visitor.readCode(), undefined, { inviteCode: inviter.inviteCode });
    expect(answer).toMatchObject({ status: 201, body: { user: { activatedInviteCode: inviter.inviteCode } } });
    expect(await visitor.logIn(PASSWORD)).toMatchObject({ status: 200 });
  });

  it.each(['link', 'qr'])('keeps that the code came by %s', async (inviteVia) => {
    const { inviteCode } = await world.aUser();
    const visitor = world.aVisitor();
    await comesWith(visitor, { inviteCode, inviteVia });
    expect(await edgesOf(visitor)).toEqual([{ code: inviteCode, via: inviteVia }]);
  });

  it.each(['', '  '])('is as without one when the field of a form was left empty: %j', async (inviteCode) => {
    const { status, body } = await comesWith(world.aVisitor(), { inviteCode, inviteVia: 'typed' });
    expect({ status, activated: body.user.activatedInviteCode }).toEqual({ status: 201, activated: null });
    expect(body).not.toHaveProperty('inviteProblem');
  });

  describe('is not spoilt by a code', () => {
    const someone = async () => ({ visitor: world.aVisitor(), inviteCode: UNKNOWN });
    const rotated = async () => {
      const owner = await world.aUser();
      await owner.api.rotateInviteCode();
      return { visitor: world.aVisitor(), inviteCode: owner.inviteCode };
    };
    const ofBlocked = async () => {
      const owner = await world.aUser();
      await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [owner.id]);
      return { visitor: world.aVisitor(), inviteCode: owner.inviteCode };
    };
    const own = async () => {
      const user = await world.aUser();
      return { visitor: await returning(user), inviteCode: user.inviteCode };
    };
    const another = async () => {
      const [inviter, other] = [await world.aUser(), await world.aUser()];
      const visitor = await returning(await world.anInvitee(inviter));
      return { visitor, inviteCode: other.inviteCode, activated: inviter.inviteCode };
    };
    const below = async () => {
      const user = await world.aUser();
      const { inviteCode } = await world.anInvitee(await world.anInvitee(user));
      return { visitor: await returning(user), inviteCode };
    };
    const before = async () => {
      const user = await world.anInvitee(await world.aUser());
      await user.api.deleteAccount();
      return { visitor: await returning(user), inviteCode: (await world.aUser()).inviteCode };
    };
    const tooMany = async () => {
      const visitor = world.aVisitor();
      for (let user = 0; user < 3; user += 1) {
        const { api } = await world.aUser({ address: visitor.address });
        for (let attempt = 0; attempt < 10; attempt += 1) await api.activate(UNKNOWN);
      }
      return { visitor, inviteCode: (await world.aUser()).inviteCode };
    };

    interface Coming {
      readonly visitor: Visitor;
      readonly inviteCode: string;
      /** What they have activated; nothing when left out. */
      readonly activated?: string;
    }

    it.each<[string, () => Promise<Coming>, DomainErrorClass]>([
      ['that nobody has', someone, CodeUnknown],
      ['that nobody can have', async () => ({ ...(await someone()), inviteCode: 'my friend sent me' }), CodeUnknown],
      ['that is no longer valid', rotated, CodeRetired],
      ['of somebody who is blocked', ofBlocked, CodeRetired],
      ['of their own', own, OwnCode],
      ['when they came by another', another, AlreadyActivated],
      ['of somebody who came by them', below, InviteCycle],
      ['when their former account came by one', before, ActivatedBefore],
      ['from where many have been tried', tooMany, TooManyUnknownCodes],
    ])('%s', async (_, arrange, { code, title }) => {
      const { visitor, inviteCode, activated = null } = await arrange();
      const { status, body } = await comesWith(visitor, { inviteCode });
      expect(status).toBe(body.isNewUser ? 201 : 200);
      expect(body.inviteProblem).toMatchObject({ code, title: title.en });
      expect(body.inviteProblem?.activatedInviteCode ?? null).toBe(activated);
      expect(body.inviteProblem?.retryAfter !== undefined).toBe(code === TooManyUnknownCodes.code);
      expect(body.user.activatedInviteCode).toBe(activated);
      const me = visitor.api.with({ authorization: `Bearer ${body.accessToken}` }).me();
      expect(await me).toMatchObject({ status: 200, body: { activatedInviteCode: activated } });
    });

    it('and the problem is told in the language of the request', async () => {
      const visitor = world.aVisitor({ language: 'ru' });
      const { body } = await comesWith(visitor, { inviteCode: UNKNOWN });
      expect(body.inviteProblem?.title).toBe(CodeUnknown.title.ru);
    });
  });

  it.each([
    ['a code that is too long', { inviteCode: UNKNOWN.padEnd(65, '-') }, 'inviteCode'],
    ['a code that is no text', { inviteCode: 123456 }, 'inviteCode'],
    ['a way that there is not', { inviteCode: UNKNOWN, inviteVia: 'sms' }, 'inviteVia'],
  ])('is refused with %s, which costs nothing: it can be sent again', async (_, invite, field) => {
    const visitor = world.aVisitor();
    const code = await askedForCode(visitor);
    const refused = await visitor.verify(code, undefined, invite);
    expect(refusal(refused)).toMatchObject({ status: 422, code: 'request.invalid' });
    expect(refusal(refused).errors).toEqual([expect.objectContaining({ field })]);
    expect(await visitor.verify(code)).toMatchObject({ status: 201 });
  });

  it('activates nothing with a wrong code', async () => {
    const { inviteCode } = await world.aUser();
    const visitor = await returning(await world.aUser());
    const code = await askedForCode(visitor);
    expect(await visitor.verify(wrongFor(code), undefined, { inviteCode })).toMatchObject({ status: 401 });
    expect(await edgesOf(visitor)).toEqual([]);
    expect(await visitor.verify(code, undefined, { inviteCode })).toMatchObject({ status: 200 });
    expect(await edgesOf(visitor)).toHaveLength(1);
  });

  it('activates nothing for somebody who is blocked', async () => {
    const { inviteCode } = await world.aUser();
    const user = await world.aUser();
    await app.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [user.id]);
    const refused = await comesWith(await returning(user), { inviteCode });
    expect(refusal(refused)).toMatchObject({ status: 403, code: 'auth.blocked' });
    expect(await edgesOf(user)).toEqual([]);
  });

  it('is all or nothing: where the activation fails, the code may be used again', async () => {
    const inviter = await world.aUser();
    const visitor = world.aVisitor();
    const code = await askedForCode(visitor);
    await app.sql(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
       $$BEGIN RAISE 'the disk is full' USING ERRCODE = 'disk_full'; END$$`,
    );
    await app.sql('CREATE TRIGGER fail BEFORE INSERT ON referrals FOR EACH ROW EXECUTE FUNCTION fail()');
    const invite = { inviteCode: inviter.inviteCode };
    const failed = await visitor.verify(code, undefined, invite);
    await app.sql('DROP FUNCTION fail CASCADE');
    expect(failed.status).toBe(503);
    expect(await app.sql('SELECT id FROM users WHERE phone = $1', [visitor.phone])).toEqual([]);
    expect(await visitor.verify(code, undefined, invite)).toMatchObject({ status: 201 });
    expect(await totalOf(inviter)).toBe(1);
  });

  it.each([
    ['a good code', async () => (await world.aUser()).inviteCode],
    ['a bad one', async () => UNKNOWN],
  ])('answers the same when it is sent again under one Idempotency-Key with %s', async (_, choose) => {
    const [visitor, inviteCode] = [world.aVisitor(), await choose()];
    const code = await askedForCode(visitor);
    const headers = { 'idempotency-key': randomUUID() };
    const first = await visitor.verify(code, headers, { inviteCode });
    const second = await visitor.verify(code, headers, { inviteCode });
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(await visitor.verify(code, headers)).toMatchObject({ status: 422 });
  });
});
