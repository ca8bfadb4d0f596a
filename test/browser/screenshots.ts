import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cookie, Page } from 'playwright-core';
import { useBrowserStage } from '../support/browser-stage.js';
import { askForCode, signInByPhone } from '../support/page-walks.js';
import { SCREENSHOTS } from '../support/screenshots-folder.js';
import { aSmallWorld, type SmallWorld } from '../support/small-world.js';
import { freshPhone } from '../support/world.js';

interface Shot {
  /** Of the files: `name-390-dark.png`. */
  readonly name: string;
  readonly path: string | ((people: SmallWorld) => string);
  /** Who looks, signed in; a stranger when left out. */
  readonly as?: keyof SmallWorld;
  readonly language?: 'en' | 'ru';
  /** What is done at the page before the picture is taken. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** The page for a code, once the message has gone out and is shown. */
async function waitForCode(page: Page): Promise<void> {
  await askForCode(page, freshPhone());
  await page.locator('#state.sent').waitFor();
  await page.locator('#strip [data-fill]').waitFor();
}

const SHOTS: readonly Shot[] = [
  { name: 'sign-in', path: '/' },
  { name: 'sign-in-ru', path: '/', language: 'ru' },
  { name: 'sign-in-invited', path: ({ anna }) => `/i/${anna.inviteCode}` },
  { name: 'confirm', path: '/', before: waitForCode },
  { name: 'confirm-ru', path: '/', language: 'ru', before: waitForCode },
  { name: 'register', path: '/register' },
  { name: 'password', path: '/password' },
  { name: 'forgot', path: '/forgot' },
];

const WIDTHS = [390, 1280] as const;
const SCHEMES = ['light', 'dark'] as const;
const HEIGHT = 844;

/** Not a test: `npm run screenshots` runs it, and it fails when a page does what pages must not. */
describe('Screenshots', () => {
  // They have just got a code when they sign in by the pages.
  const stage = useBrowserStage({ LIMIT_CODE_GAP_SECONDS: '1' });
  const cookies = new Map<keyof SmallWorld, Cookie[]>();
  let people: SmallWorld;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    people = await aSmallWorld(stage());
  });

  /** Each signs in once, whatever they look at. */
  async function cookiesOf(who: keyof SmallWorld): Promise<Cookie[]> {
    const known = cookies.get(who);
    if (known) return known;
    const { page, context } = await stage().aBrowser();
    await signInByPhone(stage(), page, people[who].phone);
    const own = await context.cookies();
    cookies.set(who, own);
    return own;
  }

  it.each(SHOTS)('$name', async ({ name, path, as, language, before }) => {
    const { page, context } = await stage().aBrowser({ language });
    if (as) await context.addCookies(await cookiesOf(as));
    await page.goto(typeof path === 'string' ? path : path(people));
    await before?.(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
  });
});
