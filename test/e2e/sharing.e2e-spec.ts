import { startTestApp, type TestApp } from '../support/app.js';
import { NAVIGATION, type Opened, openPage } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { type User, World } from '../support/world.js';

const SIGN_IN = 'http://localhost:3000/';
const UNKNOWN = '000A00';

interface Browser {
  readonly address?: string;
  readonly userAgent?: string;
}

const codeOf = (user: User): string => user.tokens.user.inviteCode;

describe('A share link', () => {
  let app: TestApp;
  let world: World;
  let lastOpened: { owner: User; opens: number };

  beforeAll(async () => {
    app = await startTestApp();
    world = new World(app);
    lastOpened = { owner: await world.aUser(), opens: 0 };
  });

  afterAll(() => app.close());

  /** Opens as a browser of somebody does; as that of somebody new when nobody is named. */
  function open(path: string, { address, userAgent = 'a browser' }: Browser = {}, headers = NAVIGATION) {
    const who = { 'x-forwarded-for': address ?? world.aVisitor().address, 'user-agent': userAgent };
    return openPage(app, `/i/${path}`, { headers: { ...who, ...headers } });
  }

  async function countOf({ id }: User): Promise<number> {
    const rows = await app.sql<{ opens: number }>('SELECT opens FROM invite_opens WHERE user_id = $1', [id]);
    return rows[0]?.opens ?? 0;
  }

  /** How often a person's links were opened. Opens are counted in their order: once one more is counted, all before it are. */
  async function opensOf(user: User): Promise<number> {
    lastOpened.opens += 1;
    await open(codeOf(lastOpened.owner));
    await eventually(async () => expect(await countOf(lastOpened.owner)).toBe(lastOpened.opens));
    return countOf(user);
  }

  const block = async ({ id }: User) => (await world.anAdmin()).api.changePerson(id, { status: 'blocked' });
  const retire = ({ id }: User) =>
    app.sql('UPDATE referral_links SET retired_at = clock_now() WHERE user_id = $1', [id]);

  describe('leads to sign-in', () => {
    it('with the code in the address, and is kept nowhere on the way', async () => {
      const code = codeOf(await world.aUser());
      const opened = await open(code);
      expect(opened).toMatchObject({ status: 303, text: '', location: `${SIGN_IN}?invite=${code}&via=link` });
      expect(opened.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    });

    it('and tells there when it was a QR code', async () => {
      const code = codeOf(await world.aUser());
      const { location, cookie } = await open(`${code}?via=qr`);
      expect(location).toBe(`${SIGN_IN}?invite=${code}&via=qr`);
      expect(cookie).toMatch(new RegExp(`^invite=${code}\\.qr;`));
    });

    it.each([
      'via=typed',
      'via=',
      'via=QR',
      'via=qr&via=qr',
      'via[]=qr',
      'via=%00',
      'via=%ff',
      'next=https://evil.example',
    ])('as by a plain link, whatever else stands behind it: %s', async (query) => {
      const { status, location } = await open(`${UNKNOWN}?${query}`);
      expect({ status, location }).toEqual({ status: 303, location: `${SIGN_IN}?invite=${UNKNOWN}&via=link` });
    });

    it('by the code as it is kept, however it is spelled', async () => {
      const code = codeOf(await world.aUser());
      const { location } = await open(encodeURIComponent(` ${code.toLowerCase().slice(0, 3)}-${code.slice(3)}`));
      expect(location).toBe(`${SIGN_IN}?invite=${code}&via=link`);
    });

    it.each([
      'ABC',
      '000A0000',
      'https:%2F%2Fevil.example',
      '%2F%2Fevil.example',
      '%00',
      '%0d%0aSet-Cookie:x=1',
      'javascript:1',
    ])('and to nothing else, with nothing, by what can be no code: %s', async (text) => {
      const { status, location, cookie } = await open(text);
      expect({ status, location, cookie }).toEqual({ status: 303, location: SIGN_IN, cookie: undefined });
    });

    it('in the same way whether anybody has the code, had it, or never will', async () => {
      const [owner, blocked, former] = [await world.aUser(), await world.aUser(), await world.aUser()];
      expect(await block(blocked)).toMatchObject({ status: 200 });
      await retire(former);
      const codes = [codeOf(owner), codeOf(blocked), codeOf(former), UNKNOWN];
      const answers = await Promise.all(
        codes.map(async (code) => {
          const { status, text, headers } = await open(code);
          const { date: _, 'x-request-id': __, ...told } = headers;
          return JSON.stringify({ status, text, told }).replaceAll(code, '<code>');
        }),
      );
      expect(answers[0]).toContain('<code>');
      expect(new Set(answers).size).toBe(1);
    });
  });

  describe('is remembered by the browser', () => {
    it('for 30 days, by this host alone, out of the reach of scripts', async () => {
      const { cookie } = await open(UNKNOWN);
      expect(cookie).toBe(`invite=${UNKNOWN}.link; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax`);
    });

    it.each([
      ['a program', {}],
      ['a script', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
      ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
      ['a frame', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' }],
      ['a request that passes for a page', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'document' }],
      ['a prefetch', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
      ['a prerendering', { ...NAVIGATION, 'sec-purpose': 'prefetch;prerender' }],
      ['a prefetch of an older browser', { ...NAVIGATION, purpose: 'prefetch' }],
      ['a prefetch of a very old one', { ...NAVIGATION, 'x-moz': 'prefetch' }],
      ['a preview', { ...NAVIGATION, 'x-purpose': 'preview' }],
    ])('and counted only when somebody sees the page: not by %s', async (_, headers: Record<string, string>) => {
      const owner = await world.aUser();
      const { status, location, cookie } = await open(codeOf(owner), {}, headers);
      expect({ status, location }).toEqual({ status: 303, location: `${SIGN_IN}?invite=${codeOf(owner)}&via=link` });
      expect(cookie).toBeUndefined();
      expect(await opensOf(owner)).toBe(0);
    });

    it('and counted only when it is asked for, not when its headers are', async () => {
      const owner = await world.aUser();
      const { status, cookie } = await openPage(app, `/i/${codeOf(owner)}`, { method: 'HEAD' });
      expect({ status, cookie }).toEqual({ status: 303, cookie: undefined });
      expect(await opensOf(owner)).toBe(0);
    });
  });

  describe('counts its opens', () => {
    const [anna, boris] = [{ address: '198.51.100.7' }, { address: '198.51.100.8' }];

    it('once for each visitor', async () => {
      const owner = await world.aUser();
      for (const visitor of [anna, boris, anna, { ...anna, userAgent: 'another browser' }, boris]) {
        await open(codeOf(owner), visitor);
      }
      await open(codeOf(owner).toLowerCase(), anna);
      await open(`${codeOf(owner)}?via=qr`, anna);
      expect(await opensOf(owner)).toBe(3);
    });

    it('once for each code', async () => {
      const [owner, other] = [await world.aUser(), await world.aUser()];
      await open(codeOf(owner), anna);
      await open(codeOf(other), anna);
      expect([await opensOf(owner), await opensOf(other)]).toEqual([1, 1]);
    });

    it('once for each day', async () => {
      const owner = await world.aUser();
      await open(codeOf(owner), anna);
      await open(codeOf(owner), anna);
      expect(await opensOf(owner)).toBe(1);
      await app.advance('1 day');
      await open(codeOf(owner), anna);
      await open(codeOf(owner), anna);
      expect(await opensOf(owner)).toBe(2);
    });

    it('not for a code that can no longer be activated', async () => {
      const [blocked, former, gone] = [await world.aUser(), await world.aUser(), await world.aUser()];
      expect(await block(blocked)).toMatchObject({ status: 200 });
      await retire(former);
      expect(await gone.api.deleteAccount()).toMatchObject({ status: 204 });
      for (const owner of [blocked, former, gone]) {
        expect(await open(codeOf(owner))).toMatchObject({ status: 303 });
        expect(await opensOf(owner)).toBe(0);
      }
    });

    it('at most 100 times from one network within an hour, and leads on', async () => {
      const [owner, address] = [await world.aUser(), '203.0.113.7'];
      const openBy = (first: number, count: number): Promise<Opened[]> =>
        Promise.all(
          Array.from({ length: count }, (_, n) => open(codeOf(owner), { address, userAgent: `${first + n}` })),
        );
      await openBy(0, 90);
      await Promise.all(Array.from({ length: 5 }, () => open(UNKNOWN, { address: '203.0.113.99' })));
      const answers = await openBy(90, 20);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 303));
      expect(answers.every(({ cookie }) => cookie?.includes(codeOf(owner)))).toBe(true);
      expect(await opensOf(owner)).toBe(95);
      await app.advance('1 hour 1 second');
      await openBy(110, 3);
      expect(await opensOf(owner)).toBe(98);
    });
  });
});
