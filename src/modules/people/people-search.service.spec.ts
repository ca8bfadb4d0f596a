import { newId } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { UserNotFound } from '../users/users.errors.js';
import { searchNames } from '../users/users.service.js';
import { type PeopleQuery, PeopleSearch } from './people-search.service.js';

const ROOT = new RootKey('a secret of the application, thirty-two');

let world: StoredWorld;
let people = 0;

beforeAll(async () => {
  world = await startStoredWorld();
});

afterAll(() => world.close());

const searchIn = (regions: readonly string[], secret = ROOT): PeopleSearch =>
  new PeopleSearch(
    world.database,
    { provider: 'console', regions: [...regions], timeoutMs: 1_000, consoleDelayMs: [0, 0] },
    secret,
  );

type Columns = Partial<
  Record<'phone' | 'email' | 'username' | 'role' | 'status' | 'blocked_reason' | 'first_name' | 'last_name', string>
>;

/** Somebody who is found by nothing but what is given here. */
async function somebody(columns: Columns): Promise<string> {
  const id = newId();
  const { searchName, searchNameReversed } = searchNames(columns.first_name ?? null, columns.last_name ?? null);
  const found = { search_name: searchName, search_name_reversed: searchNameReversed };
  const row = { id, email: `${id}@nowhere.example`, ...found, ...columns };
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  await world.sql(`INSERT INTO users (${Object.keys(row).join()}) VALUES (${places.join()})`, Object.values(row));
  return id;
}

/** A word that nobody else in this file is found by. */
const freshWord = (): string => `word${String((people += 1)).padStart(3, '0')}x`;

const page = (query: Partial<PeopleQuery>, search = searchIn(['RU'])) => search.page({ limit: 10, ...query });

async function found(query: Partial<PeopleQuery>, search?: PeopleSearch): Promise<string[]> {
  return (await page(query, search)).items.map(({ id }) => id);
}

async function pages(query: Partial<PeopleQuery>): Promise<string[][]> {
  const all: string[][] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page({ ...query, cursor });
    all.push(items.map(({ id }) => id));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

describe('What is typed to find people', () => {
  it.each([
    ['RU', '+79120001234', '+7912000'],
    ['RU', '+79120001234', ' +7 (912) 000 '],
    ['RU', '+79120001234', '8 912 000-12'],
    ['RU', '+79120001234', '7.912.000'],
    ['RU', '+79120001234', '912000'],
    ['RU', '+79120001234', '912'],
    ['RU', '+79128000000', '912800'],
    ['RU', '+79127770000', '912777'],
    ['RU', '+4915112345679', '+49 151'],
    // The trunk prefix goes once: these digits are the subscriber's.
    ['RU', '+78800555353', '8 880 055'],
    ['DE', '+4915112345678', '0151123'],
    ['DE', '+4915101234567', '151012'],
    ['DE', '+4915112345678', '151123'],
    ['DE', '+4980123456789', '80123456'],
    ['DE', '+4915112345678', '49151123'],
  ])('in %s finds %s by "%s" as the beginning of a phone', async (region, phone, q) => {
    await world.sql('DELETE FROM users WHERE phone IS NOT NULL');
    const id = await somebody({ phone });
    const { items, by } = await page({ q }, searchIn([region]));
    expect(by).toBe('phone');
    expect(items.map((person) => person.id)).toEqual([id]);
  });

  it.each(['12', '+7', '912 x', '1234@example', '12+34567', 'x912000'])('takes "%s" for no phone', async (q) => {
    expect(await page({ q })).toMatchObject({ by: 'text' });
  });

  it('takes digits as those of Russia where no country is named', async () => {
    const id = await somebody({ phone: '+79130009876' });
    expect(await found({ q: '8913000' }, searchIn([]))).toEqual([id]);
  });

  it.each(['', '   ', undefined])('takes "%s" for nothing, and shows everybody', async (q) => {
    const id = await somebody({});
    expect(await page({ q, limit: 1 })).toMatchObject({ by: 'none', items: [{ id }] });
  });

  it('is a beginning, and nothing that comes after it in order', async () => {
    const word = freshWord();
    const id = await somebody({ username: word });
    await somebody({ username: `${word.slice(0, -1)}y` });
    expect(await found({ q: word })).toEqual([id]);
    expect(await found({ q: word.slice(1) })).toEqual([]);
  });

  it('finds names in both orders, and whoever is found twice only once, page by page', async () => {
    const word = freshWord();
    const id = await somebody({
      email: `${word}@example.com`,
      username: word,
      first_name: word,
      last_name: `${word} b`,
    });
    const other = await somebody({ first_name: 'Zoe', last_name: word });
    for (const limit of [1, 2, 3, 10])
      expect((await pages({ q: word, limit })).flat().sort()).toEqual([id, other].sort());
    expect(await found({ q: `${word} zo` })).toEqual([other]);
    expect(await found({ q: `zoe ${word}` })).toEqual([other]);
  });
});

describe('People narrowed by role and status', () => {
  it('are those who fit, whatever they are searched by', async () => {
    const word = freshWord();
    const user = await somebody({ username: `${word}1` });
    const moderator = await somebody({ username: `${word}2`, role: 'moderator' });
    const blocked = await somebody({ username: `${word}3`, status: 'blocked', blocked_reason: 'Spam' });
    const blockedModerator = await somebody({ username: `${word}4`, status: 'blocked', role: 'moderator' });
    expect(await found({ q: word })).toEqual([user, moderator, blocked, blockedModerator]);
    expect(await found({ q: word, role: 'user' })).toEqual([user, blocked]);
    expect(await found({ q: word, status: 'active' })).toEqual([user, moderator]);
    expect(await found({ q: word, role: 'user', status: 'active' })).toEqual([user]);
    expect(await found({ q: word, role: 'moderator' })).toEqual([blockedModerator, moderator]);
    expect(await found({ q: word, status: 'blocked' })).toEqual([blockedModerator, blocked]);
    expect(await found({ q: word, role: 'moderator', status: 'active' })).toEqual([moderator]);
    expect(await found({ role: 'moderator', status: 'blocked', limit: 1 })).toEqual([blockedModerator]);
    expect((await page({ q: word, status: 'blocked' })).items[1]).toMatchObject({ blockedReason: 'Spam' });
  });

  it('are found by phone as well', async () => {
    const id = await somebody({ phone: '+79140001111', role: 'moderator' });
    await somebody({ phone: '+79140001112' });
    expect(await found({ q: '8914000', role: 'moderator' })).toEqual([id]);
  });
});

describe('A page of people', () => {
  it('says that more follow only where they do', async () => {
    const word = freshWord();
    await somebody({ username: `${word}1` });
    await somebody({ username: `${word}2` });
    expect((await page({ q: word, limit: 2 })).nextCursor).toBeNull();
    expect((await page({ q: word, limit: 1 })).items).toHaveLength(1);
    expect((await page({ q: word, limit: 1 })).nextCursor).not.toBeNull();
  });

  it('shows nothing that only searching needs', async () => {
    const word = freshWord();
    const id = await somebody({ username: word });
    const [person] = (await page({ q: word })).items;
    expect(Object.keys(person ?? {}).filter((name) => /key|again|search/i.test(name))).toEqual([]);
    expect(await searchIn(['RU']).get(id)).toEqual(person);
  });

  it('goes on where the last one ended, from the newest to the oldest', async () => {
    const role = 'admin';
    const ids = [await somebody({ role }), await somebody({ role }), await somebody({ role })];
    expect(await pages({ role, limit: 2 })).toEqual([[ids[2], ids[1]], [ids[0]]]);
  });

  it('begins anew with a cursor of another search, of another secret, or that is none', async () => {
    const [word, other] = [freshWord(), freshWord()];
    const ids = [await somebody({ username: `${word}1` }), await somebody({ username: `${word}2` })];
    await somebody({ username: `${other}1` });
    await somebody({ username: `${other}2` });
    const ofOther = (await page({ q: other, limit: 1 })).nextCursor ?? '';
    const own = (await page({ q: word, limit: 1 })).nextCursor ?? '';
    for (const cursor of [ofOther, 'abc', '']) expect(await found({ q: word, cursor })).toEqual(ids);
    expect(await found({ q: word, cursor: own })).toEqual([ids[1]]);
    const elsewhere = searchIn(['RU'], new RootKey('another secret of the application'));
    expect(await found({ q: word, cursor: own }, elsewhere)).toEqual(ids);
    expect(Buffer.from(own, 'base64url').toString('latin1')).not.toContain(word);
  });
});

describe('Somebody who was deleted', () => {
  it('is found by nothing, not even by their id', async () => {
    const word = freshWord();
    const id = await somebody({ username: word, status: 'deleted' });
    expect(await found({ q: word })).toEqual([]);
    expect(await found({ limit: 100 })).not.toContain(id);
    await expect(searchIn(['RU']).get(id)).rejects.toBeInstanceOf(UserNotFound);
  });
});
