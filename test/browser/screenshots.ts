import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cookie, Page } from 'playwright-core';
import { useBrowserStage } from '../support/browser-stage.js';
import { signInByPhone } from '../support/page-walks.js';
import { SCREENSHOTS } from '../support/screenshots-folder.js';
import { aSmallWorld, type SmallWorld } from '../support/small-world.js';

interface Shot {
  /** Of the files: `name-390-dark.png`. */
  readonly name: string;
  readonly path: string | ((people: SmallWorld) => string);
  /** Who looks; nobody signed in when left out. */
  readonly as?: keyof SmallWorld;
  readonly language?: 'en' | 'ru';
  /** What is done at the page before the picture is taken. */
  readonly before?: (page: Page) => Promise<unknown>;
}

const SHOTS: readonly Shot[] = [
  { name: 'swagger', path: '/swagger', before: (page) => page.locator('.opblock').first().waitFor() },
];

const WIDTHS = [390, 1280] as const;
const SCHEMES = ['light', 'dark'] as const;
const HEIGHT = 844;

/** Not a test: `npm run screenshots` runs it, and it fails when a page does what pages must not. */
describe('Screenshots', () => {
  const stage = useBrowserStage();
  const cookies = new Map<keyof SmallWorld, Cookie[]>();
  let people: SmallWorld;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    people = await aSmallWorld(stage());
    // They asked for a code just now.
    await stage().app.advance('21 s');
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
