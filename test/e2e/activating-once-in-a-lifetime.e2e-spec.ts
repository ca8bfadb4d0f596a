import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { changeContact } from '../support/contacts.js';
import { freshEmail, freshPhone, type User, World } from '../support/world.js';

describe('Who has activated an invite code and comes again as somebody else', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const anInvitee = async () => world.anInvitee(await world.aUser());
  const remove = async (user: User) => expect(await user.api.deleteAccount()).toMatchObject({ status: 204 });

  /** Signs in as somebody whom nobody knows. */
  async function newcomer(contact: { phone: string } | { email: string }): Promise<User> {
    await app.advance('21 s');
    const user = await world.aUser(contact);
    expect(user.tokens.isNewUser).toBe(true);
    return user;
  }

  const activates = async (user: User) => user.api.activate((await world.aUser()).inviteCode);

  async function isRefused(user: User): Promise<void> {
    expect(refusal(await activates(user))).toMatchObject({ status: 409, code: 'referrals.activated_before' });
    expect((await user.api.me()).body.activatedInviteCode).toBeNull();
  }

  it('cannot activate another by the phone of the deleted account', async () => {
    const before = await anInvitee();
    await remove(before);
    await isRefused(await newcomer({ phone: before.phone }));
  });

  it('nor the same one', async () => {
    const inviter = await world.aUser();
    const before = await world.anInvitee(inviter);
    await remove(before);
    const again = await newcomer({ phone: before.phone });
    expect(refusal(await again.api.activate(inviter.inviteCode)).code).toBe('referrals.activated_before');
    expect((await inviter.api.me()).body.invitees.total).toBe(1);
  });

  it('nor that of the account itself, by a phone that was given up', async () => {
    const user = await world.aUser();
    await changeContact(app, user, freshEmail());
    expect(await user.api.removeContact('phone')).toMatchObject({ status: 200 });
    const again = await newcomer({ phone: user.phone });
    expect(refusal(await again.api.activate(user.inviteCode)).code).toBe('referrals.own_code');
    expect((await user.api.me()).body.invitees.total).toBe(0);
  });

  it('nor by its e-mail address', async () => {
    const before = await anInvitee();
    const email = freshEmail();
    await changeContact(app, before, email);
    await remove(before);
    await isRefused(await newcomer({ email }));
  });

  it('nor when an administrator has deleted it', async () => {
    const [before, admin] = [await anInvitee(), await world.anAdmin()];
    expect(await admin.api.deletePerson(before.id)).toMatchObject({ status: 204 });
    await isRefused(await newcomer({ phone: before.phone }));
  });

  it('nor after changing the phone in between', async () => {
    const before = await anInvitee();
    await remove(before);
    const again = await newcomer({ phone: before.phone });
    await changeContact(app, again, freshPhone());
    await isRefused(again);
  });

  it('nor by taking the contact of the deleted account later', async () => {
    const before = await anInvitee();
    await remove(before);
    const again = await newcomer({ email: freshEmail() });
    await app.advance('21 s');
    await changeContact(app, again, before.phone);
    await isRefused(again);
  });

  it('nor by a number that an account of theirs has no longer', async () => {
    const living = await anInvitee();
    await changeContact(app, living, freshPhone());
    await isRefused(await newcomer({ phone: living.phone }));
  });

  it('nor when signing in, which succeeds all the same', async () => {
    const [before, other] = [await anInvitee(), await world.aUser()];
    await remove(before);
    await app.advance('21 s');
    const { tokens } = await world.aVisitor({ phone: before.phone }).signIn(other.inviteCode);
    expect(tokens).toMatchObject({ isNewUser: true, inviteProblem: { code: 'referrals.activated_before' } });
    expect(tokens.user.activatedInviteCode).toBeNull();
  });

  it('is remembered for 180 days', async () => {
    const before = await anInvitee();
    await remove(before);
    await app.advance('179 days 23 hours');
    const again = await newcomer({ phone: before.phone });
    await isRefused(again);
    await app.advance('1 hour');
    expect(await activates(await world.aUser({ phone: before.phone }))).toMatchObject({ status: 200 });
  });

  it('may activate one when the former account had activated none', async () => {
    const before = await world.aUser();
    await remove(before);
    expect(await activates(await newcomer({ phone: before.phone }))).toMatchObject({ status: 200 });
  });

  it('does not hinder whoever changes there and back again', async () => {
    const user = await world.aUser();
    await changeContact(app, user, freshPhone());
    await app.advance('21 s');
    await changeContact(app, user, user.phone);
    expect(await activates(user)).toMatchObject({ status: 200 });
    expect(await user.api.activate((await user.api.me()).body.activatedInviteCode ?? '')).toMatchObject({
      status: 200,
    });
  });

  it('leaves behind that they came, and not from which network', async () => {
    const inviter = await world.aUser();
    const [leaving, staying] = [await world.anInvitee(inviter), await world.anInvitee(inviter)];
    const networkOf = async ({ id }: User) =>
      (await app.sql<{ network: Buffer | null }>('SELECT network FROM referrals WHERE invitee_id = $1', [id]))[0]
        ?.network;
    expect(await networkOf(leaving)).toHaveLength(16);
    await remove(leaving);
    expect(await networkOf(leaving)).toBeNull();
    expect(await networkOf(staying)).toHaveLength(16);
    expect((await inviter.api.me()).body.invitees.total).toBe(2);
  });
});
