import { randomInt } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Api, Person } from '../support/api.js';
import { type User, World } from '../support/world.js';

describe('Finding people', () => {
  let app: TestApp;
  let world: World;
  let admin: User;
  let moderator: User;

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    admin = await world.anAdmin();
    moderator = await world.aModerator();
  });

  afterAll(() => app.close());

  /** Somebody whom an administrator has filled in. */
  async function aPerson(changes: object): Promise<User> {
    const user = await world.aUser();
    expect(await admin.api.changePerson(user.id, changes)).toMatchObject({ status: 200 });
    return user;
  }

  const idsOf = (items: readonly Pick<Person, 'id'>[]): string[] => items.map(({ id }) => id);

  async function found(query: string | Record<string, string>): Promise<string[]> {
    const { status, body } = await moderator.api.people(query);
    expect(status).toBe(200);
    return idsOf(body.items);
  }

  /** All pages of a search, as they come. */
  async function pagesOf(api: Api, query: Record<string, string>, between = async () => {}): Promise<string[][]> {
    const pages: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await api.people({ ...query, ...(cursor && { cursor }) });
      pages.push(idsOf(body.items));
      cursor = body.nextCursor;
      await between();
    }
    return pages;
  }

  /** Letters that no other test uses, so that nobody else is found by them. */
  const freshWord = (letters = 'abcdefghij'): string =>
    Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');

  it('is for moderators and administrators', async () => {
    const user = await world.aUser();
    expect(await user.api.people()).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(await world.aVisitor().api.people()).toMatchObject({ status: 401 });
    expect(await moderator.api.people()).toMatchObject({ status: 200 });
    expect(await admin.api.people()).toMatchObject({ status: 200 });
  });

  it('shows what a person sees of themself, and nothing is kept by caches on the way', async () => {
    const user = await world.aUser();
    const { body, headers } = await moderator.api.people({ q: user.phone });
    const { invitees, ...profile } = (await user.api.me()).body;
    const summary = { ...profile, invitees: { total: invitees.total }, blockedReason: null };
    expect(body).toEqual({ items: [summary], nextCursor: null });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('finds by the beginning of a phone, as people write it', async () => {
    const { id, phone } = await world.aUser();
    const digits = phone.slice(1);
    const spaced = `${digits.slice(0, 1)} (${digits.slice(1, 4)}) ${digits.slice(4, 7)}-${digits.slice(7, 9)}`;
    for (const q of [
      phone,
      phone.slice(0, 10),
      `8${digits.slice(1, 10)}`,
      digits.slice(1, 10),
      spaced,
      `8${digits.slice(1)}`,
    ]) {
      expect(await found({ q })).toContain(id);
    }
    expect(await found({ q: digits.slice(2) })).not.toContain(id);
  });

  it('understands a + that was not encoded', async () => {
    const { id, phone } = await world.aUser();
    expect(await found(`q=${phone.slice(0, 10)}`)).toContain(id);
    expect(await found(`q=${encodeURIComponent(phone)}`)).toEqual([id]);
  });

  it('finds by the beginning of an e-mail address and of a username, in any case', async () => {
    const word = freshWord();
    const byEmail = await aPerson({ email: `${word}@example.com` });
    const byUsername = await aPerson({ username: `${word}_1` });
    expect(await found({ q: `${word.toUpperCase()}@EXAMPLE` })).toEqual([byEmail.id]);
    expect((await found({ q: word.slice(0, 11).toUpperCase() })).sort()).toEqual([byEmail.id, byUsername.id].sort());
    expect(await found({ q: word.slice(1) })).toEqual([]);
  });

  it('finds by name, the first or the last one first, whatever the case, the spaces and ё', async () => {
    const last = `Ё${freshWord('абвгдежзик')}`;
    const { id } = await aPerson({ firstName: 'Пётр', lastName: last });
    const folded = last.toLowerCase().replace('ё', 'е');
    for (const q of [
      last,
      folded,
      `Пётр ${last}`,
      `ПЕТР  ${last.slice(0, 5)}`,
      ` ${last.toUpperCase()} Пет `,
      `${folded} пётр`,
    ]) {
      expect(await found({ q })).toEqual([id]);
    }
    expect(await found({ q: `${last} иван` })).toEqual([]);
  });

  it('finds by one name where there is only one, and no longer by a name that was cleared', async () => {
    const name = freshWord('абвгдежзик');
    const { id } = await aPerson({ lastName: name });
    expect(await found({ q: name })).toEqual([id]);
    await admin.api.changePerson(id, { lastName: null });
    expect(await found({ q: name })).toEqual([]);
  });

  it('takes what has a meaning in patterns as it is', async () => {
    const word = freshWord();
    await aPerson({ username: `${word}x1` });
    const { id } = await aPerson({ username: `${word}_1` });
    expect(await found({ q: `${word}_` })).toEqual([id]);
    expect(await found({ q: `${word}%` })).toEqual([]);
    expect(await found({ q: `${word}'"\\` })).toEqual([]);
  });

  it('shows each person once, over pages of any size, whatever they are found by', async () => {
    const word = freshWord();
    const people = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        aPerson({
          username: `${word}_${n}`,
          email: `${word}${n}@example.com`,
          firstName: `${word} ${n}`,
          lastName: word,
        }),
      ),
    );
    for (const limit of ['1', '2', '3', '100']) {
      const pages = await pagesOf(moderator.api, { q: word, limit });
      expect(pages.flat().sort()).toEqual(idsOf(people).sort());
      expect(pages.every((page) => page.length <= Number(limit))).toBe(true);
    }
  });

  it('keeps its place while people are added', async () => {
    const word = freshWord();
    const before = await Promise.all(Array.from({ length: 6 }, (_, n) => aPerson({ username: `${word}_${n}` })));
    let added = 0;
    const pages = await pagesOf(moderator.api, { q: word, limit: '2' }, async () => {
      // One before the place and one behind it.
      if (added < 2) await aPerson({ username: added++ === 0 ? `${word}` : `${word}_9` });
    });
    const all = pages.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((id) => idsOf(before).includes(id))).toEqual(idsOf(before));
    expect(all).toHaveLength(7);
  });

  it('without a search shows the newest first, and each once while others register', async () => {
    const newest = [await world.aUser(), await world.aUser(), await world.aUser()];
    const { body } = await moderator.api.people({ limit: '3' });
    expect(idsOf(body.items)).toEqual(idsOf(newest).reverse());
    await world.aUser();
    const next = await moderator.api.people({ limit: '100', cursor: body.nextCursor ?? '' });
    expect(idsOf(next.body.items).some((id) => idsOf(newest).includes(id))).toBe(false);
    expect(idsOf(next.body.items)).toContain(admin.id);
  });

  it('begins anew with a cursor that is not its own or is that of another search', async () => {
    const word = freshWord();
    const people = [await aPerson({ username: `${word}_1` }), await aPerson({ username: `${word}_2` })];
    const { nextCursor } = (await moderator.api.people({ limit: '1' })).body;
    for (const cursor of ['abc', 'A'.repeat(100), nextCursor ?? '']) {
      expect(await found({ q: word, cursor })).toEqual(idsOf(people));
    }
  });

  it('gives cursors that tell nothing, and takes back those of the longest names', async () => {
    const name = (letter: string) => '\u{1D4D0}'.repeat(99) + letter;
    const [last] = [name('z')];
    const people = [
      await aPerson({ firstName: name('a'), lastName: last }),
      await aPerson({ firstName: name('b'), lastName: last }),
    ];
    const pages = await pagesOf(moderator.api, { q: '\u{1D4D0}', limit: '1' });
    expect(pages.flat().sort()).toEqual(idsOf(people).sort());
    const { body } = await moderator.api.people({ q: '\u{1D4D0}', limit: '1' });
    expect(Buffer.from(body.nextCursor ?? '', 'base64url').toString()).not.toContain('\u{1D4D0}');
  });

  it('can be narrowed by role and by status, also together with a search', async () => {
    const word = freshWord();
    const [user, aModerator, anAdmin, blocked] = await Promise.all([
      aPerson({ username: `${word}_1` }),
      aPerson({ username: `${word}_2`, role: 'moderator' }),
      aPerson({ username: `${word}_3`, role: 'admin' }),
      aPerson({ username: `${word}_4`, status: 'blocked', blockedReason: 'Spam' }),
    ]);
    const foundAmong = async (query: object) => (await found({ q: word, ...query })).sort();
    expect(await foundAmong({ role: 'user' })).toEqual([user.id, blocked.id].sort());
    expect(await foundAmong({ role: 'moderator' })).toEqual([aModerator.id]);
    expect(await foundAmong({ role: 'admin' })).toEqual([anAdmin.id]);
    expect(await foundAmong({ status: 'blocked' })).toEqual([blocked.id]);
    expect(await foundAmong({ status: 'blocked', role: 'admin' })).toEqual([]);
    expect(await foundAmong({ status: 'active' })).toEqual([user.id, aModerator.id, anAdmin.id].sort());
    expect(await foundAmong({ status: 'active', role: 'user' })).toEqual([user.id]);
    expect(await found({ status: 'blocked' })).toContain(blocked.id);
    expect((await moderator.api.people({ q: word, status: 'blocked' })).body.items[0]).toMatchObject({
      blockedReason: 'Spam',
    });
    await admin.api.changePerson(anAdmin.id, { role: 'user' });
  });

  it('never finds whoever was deleted', async () => {
    const word = freshWord();
    const gone = await aPerson({ username: word, firstName: word });
    await admin.api.deletePerson(gone.id);
    expect(await found({ q: word })).toEqual([]);
    expect(await found({ q: gone.phone })).toEqual([]);
    expect(await found({ limit: '100' })).not.toContain(gone.id);
  });

  it.each([
    ['role', 'owner'],
    ['status', 'deleted'],
    ['limit', '101'],
    ['q', 'x'.repeat(255)],
  ])('refuses a %s that there is not', async (field, value) => {
    const answer = await moderator.api.people({ [field]: value });
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid', errors: [{ field }] } });
  });

  it('writes what was searched for into no log', async () => {
    const { phone, id } = await world.aUser();
    const word = freshWord();
    await moderator.api.people(`q=${phone}`);
    await moderator.api.people({ q: word });
    await moderator.api.people({ q: phone, role: 'nonsense' });
    const entries = await app.sql('SELECT details::text FROM audit_entries WHERE actor_id = $1', [moderator.id]);
    const written = JSON.stringify(entries) + app.lines.join('\n');
    expect(written).not.toContain(phone.slice(1));
    expect(written).not.toContain(word);
    expect(await found({ q: phone })).toEqual([id]);
  });
});
