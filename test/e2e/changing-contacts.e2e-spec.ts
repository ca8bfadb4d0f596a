import { refusal } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { askForContact, changeContact, codeSentTo, named } from '../support/contacts.js';
import { freshEmail, freshPhone, type User, World, wrongFor } from '../support/world.js';

const PASSWORD = 'four words of mine';

describe('Changing contacts', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
  });

  afterAll(() => app.close());

  const KINDS = [
    ['phone', freshPhone, () => ({})],
    ['email', freshEmail, () => ({ email: freshEmail() })],
  ] as const;

  /** What somebody was told without having asked: the templates of their notices. */
  const noticesTo = async (contactOrSubject: string) =>
    app.sql<{ template: string; locale: string }>(
      `SELECT template, locale FROM messages
       WHERE (recipient = $1 OR subject_id::text = $1) AND template LIKE 'notice-%' ORDER BY id`,
      [contactOrSubject],
    );

  describe.each(KINDS)('the %s', (column, fresh, options) => {
    it('takes the place of the old one once the code that was sent there is given', async () => {
      const user = await world.aUser(options());
      const wanted = fresh();
      const { status, body, headers } = await user.api.askForContact(named(wanted));
      expect({ status, channel: body.channel }).toEqual({ status: 202, channel: column === 'phone' ? 'sms' : 'email' });
      expect(headers.get('cache-control')).toBe('no-store');
      expect((await user.api.me()).body).toEqual(user.tokens.user);
      const confirmed = await user.api.confirmContact(body.challengeId, await codeSentTo(app, user, wanted));
      expect(confirmed).toMatchObject({ status: 200, body: { ...user.tokens.user, [column]: wanted } });
      expect((await user.api.me()).body).toEqual(confirmed.body);
    });

    it('signs the same person in from then on, and the old one somebody new', async () => {
      const user = await world.aUser(options());
      const wanted = fresh();
      await changeContact(app, user, wanted);
      await app.advance('21 s');
      const returned = await world.aUser({ [column]: wanted });
      expect(returned.tokens).toMatchObject({ isNewUser: false, user: { id: user.id } });
      const stranger = await world.aUser({ [column]: user.contact });
      expect(stranger.tokens.isNewUser).toBe(true);
      expect(stranger.id).not.toBe(user.id);
    });

    it('is told at the old contact, which is forgotten then', async () => {
      const user = await world.aUser(options());
      await user.api.changeProfile({ locale: 'ru' });
      await changeContact(app, user, fresh());
      await app.delivered();
      expect(await noticesTo(user.id)).toEqual([{ template: 'notice-contact-changed', locale: 'ru' }]);
      expect(await app.sql('SELECT id FROM messages WHERE recipient = $1', [user.contact])).toEqual([]);
    });

    it('can be changed there and back again', async () => {
      const user = await world.aUser(options());
      await changeContact(app, user, fresh());
      await app.advance('21 s');
      expect(await changeContact(app, user, user.contact)).toEqual(user.tokens.user);
      await app.advance('21 s');
      expect((await world.aUser({ [column]: user.contact })).id).toBe(user.id);
    });

    it('can be changed as often as one likes: a code that was given back counts against no limit', async () => {
      const user = await world.aUser(options());
      const contacts = [fresh(), user.contact];
      for (let change = 0; change < 14; change += 1) {
        await app.advance('21 s');
        expect((await changeContact(app, user, contacts[change % 2] ?? '')).id).toBe(user.id);
      }
    });

    it('ends the other sessions and every live code of the person, and keeps this session', async () => {
      const user = await world.aUser(options());
      await app.advance('21 s');
      const elsewhere = await world.aVisitor({ [column]: user.contact }).signIn();
      await app.advance('21 s');
      const thief = world.aVisitor({ [column]: user.contact });
      await thief.requestCode();
      const code = await thief.readCode();
      const other = await askForContact(app, user, fresh());
      const wanted = fresh();
      const early = world.aVisitor({ [column]: wanted });
      await early.requestCode();
      const earlyCode = await early.readCode();
      await app.advance('21 s');
      await changeContact(app, user, wanted);
      expect(await elsewhere.api.me()).toMatchObject({ status: 401 });
      expect(await user.api.me()).toMatchObject({ status: 200 });
      expect(await thief.verify(code)).toMatchObject({ status: 410 });
      expect(await early.verify(earlyCode)).toMatchObject({ status: 410 });
      expect(await user.api.confirmContact(other.challengeId, other.code)).toMatchObject({ status: 410 });
    });

    it('answers the same whether somebody has it or not, and tells only whoever proves it', async () => {
      const [user, owner] = [await world.aUser(options()), await world.aUser(options())];
      await app.advance('21 s');
      const free = await user.api.askForContact(named(fresh()));
      const taken = await user.api.askForContact(named(owner.contact));
      expect(taken.status).toBe(free.status);
      expect(Object.keys(taken.body)).toEqual(Object.keys(free.body));
      const code = await codeSentTo(app, user, owner.contact);
      const wrong = await user.api.confirmContact(taken.body.challengeId, wrongFor(code));
      expect(refusal(wrong)).toMatchObject({ status: 401, code: 'otp.code_wrong', attemptsLeft: 4 });
      const refused = await user.api.confirmContact(taken.body.challengeId, code);
      expect(refusal(refused)).toMatchObject({ status: 409, code: 'users.contact_taken' });
      expect((await user.api.me()).body).toEqual(user.tokens.user);
      expect((await owner.api.me()).body).toEqual(owner.tokens.user);
    });

    it('goes to one of two people who confirm it at once; the other hears that it is taken', async () => {
      for (let round = 0; round < 3; round += 1) {
        const wanted = fresh();
        const pending = [];
        for (const user of [await world.aUser(options()), await world.aUser(options())]) {
          pending.push({ user, ...(await askForContact(app, user, wanted)) });
          await app.advance('21 s');
        }
        const answers = await Promise.all(
          pending.map(({ user, challengeId, code }) => user.api.confirmContact(challengeId, code)),
        );
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
        expect(answers.map((answer) => refusal(answer).code)).toContain('users.contact_taken');
        expect(await app.sql(`SELECT id FROM users WHERE ${column} = $1`, [wanted])).toHaveLength(1);
      }
    });

    it('stays where it is when two people want each other’s at once', async () => {
      for (let round = 0; round < 3; round += 1) {
        const [one, other] = [await world.aUser(options()), await world.aUser(options())];
        await app.advance('21 s');
        const [mine, theirs] = [
          await askForContact(app, one, other.contact),
          await askForContact(app, other, one.contact),
        ];
        const answers = await Promise.all([
          one.api.confirmContact(mine.challengeId, mine.code),
          other.api.confirmContact(theirs.challengeId, theirs.code),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([409, 409]);
      }
    });

    it('belongs to one person when it is confirmed and signed in with at once', async () => {
      for (let round = 0; round < 3; round += 1) {
        const user = await world.aUser(options());
        const wanted = fresh();
        const newcomer = world.aVisitor({ [column]: wanted });
        await newcomer.requestCode();
        const code = await newcomer.readCode();
        await app.advance('21 s');
        const pending = await askForContact(app, user, wanted);
        const [signedIn, confirmed] = await Promise.all([
          newcomer.verify(code),
          user.api.confirmContact(pending.challengeId, pending.code),
        ]);
        expect(['201 409', '410 200']).toContain(`${signedIn.status} ${confirmed.status}`);
        expect(await app.sql(`SELECT id FROM users WHERE ${column} = $1`, [wanted])).toHaveLength(1);
      }
    });

    it('is confirmed once by a code that is given ten times at once', async () => {
      const user = await world.aUser(options());
      const { challengeId, code } = await askForContact(app, user, fresh());
      const answers = await Promise.all(Array.from({ length: 5 }, () => user.api.confirmContact(challengeId, code)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410]);
      expect(await noticesTo(user.id)).toHaveLength(1);
    });

    it('is confirmed only by whoever asked for it, and a stranger’s try costs no attempt', async () => {
      const [user, stranger] = [await world.aUser(options()), await world.aUser()];
      const { challengeId, code } = await askForContact(app, user, fresh());
      for (let attempt = 0; attempt < 6; attempt += 1) {
        expect(await stranger.api.confirmContact(challengeId, code)).toMatchObject({ status: 410 });
      }
      expect(await world.aVisitor().api.confirmContact(challengeId, code)).toMatchObject({ status: 401 });
      expect(await user.api.verify(challengeId, code)).toMatchObject({ status: 410 });
      expect(await user.api.confirmContact(challengeId, code)).toMatchObject({ status: 200 });
    });

    it('is not confirmed after five wrong codes', async () => {
      const user = await world.aUser(options());
      const { challengeId, code } = await askForContact(app, user, fresh());
      for (const attemptsLeft of [4, 3, 2, 1, 0]) {
        expect(refusal(await user.api.confirmContact(challengeId, wrongFor(code))).attemptsLeft).toBe(attemptsLeft);
      }
      expect(await user.api.confirmContact(challengeId, code)).toMatchObject({ status: 410 });
    });

    it('is refused when the person has it already', async () => {
      const user = await world.aUser(options());
      const answer = await user.api.askForContact(named(user.contact.toUpperCase()));
      expect(refusal(answer)).toMatchObject({ status: 422, code: 'request.invalid' });
      expect(refusal(answer).errors).toEqual([expect.objectContaining({ field: column, rule: 'unchanged' })]);
    });

    it('is asked for once under one Idempotency-Key', async () => {
      const user = await world.aUser(options());
      const [wanted, headers] = [fresh(), { 'idempotency-key': crypto.randomUUID() }];
      const answers = await Promise.all([1, 2].map(() => user.api.askForContact(named(wanted), headers)));
      expect(answers[0]?.body).toEqual(answers[1]?.body);
      await app.delivered();
      expect(await app.sql('SELECT id FROM messages WHERE recipient = $1', [wanted])).toHaveLength(1);
    });
  });

  describe('long after the sign-in', () => {
    it.each([
      [
        'asking for a contact',
        (user: User, body: object) => user.api.askForContact({ ...named(freshPhone()), ...body }),
      ],
      ['removing one', (user: User, body: object) => user.api.removeContact('email', body)],
    ])('%s needs the password or another sign-in; refreshing is none', async (_, attempt) => {
      const user = await world.aUserWithPassword(PASSWORD);
      await changeContact(app, user, freshEmail());
      await app.advance('10 min 1 s');
      const { body } = await user.api.refresh(user.tokens.refreshToken);
      const api = user.api.with({ authorization: `Bearer ${body.accessToken}` });
      const later = Object.assign(Object.create(user) as User, { api });
      const expected = { status: 403, body: { code: 'auth.reauthentication_required' } };
      expect(await attempt(later, {})).toMatchObject(expected);
      expect(await attempt(later, { currentPassword: 'four words of hers' })).toMatchObject(expected);
      expect((await attempt(later, { currentPassword: PASSWORD })).status).toBeLessThan(300);
    });
  });
});
