import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../support/accessible.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { expectToFit } from '../support/fitting.js';
import { Tour, TOUR, unfold } from '../support/page-tour.js';
import { sendForm } from '../support/page-walks.js';
import { aSmallWorld } from '../support/small-world.js';

const VIEWS = join(import.meta.dirname, '../../views/pages');
const PASSWORD = 'seven quiet herons';
const QA_INBOX_TOKEN = 'fp3wWn8ZkQ1xYc6LrT9bVh2SgJ5dMe7A';

describe('Every page', () => {
  // People have just got a code when they sign in by the pages.
  const stage = useBrowserStage({ LIMIT_CODE_GAP_SECONDS: '1' });
  let tour: Tour;

  beforeAll(async () => {
    tour = new Tour(stage(), await aSmallWorld(stage()));
  });

  it('is on the tour', () => {
    const templates = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hbs'));
    const views = templates.map((name) => name.slice(0, -'.hbs'.length));
    // An inbox that needs a token has a stage of its own.
    const toured = new Set([...TOUR.map(({ view }) => view), 'inbox/key']);
    expect(views.filter((view) => !toured.has(view))).toEqual([]);
  });

  it.each(TOUR)('$name has a name, fits into a phone, and is accessible in light and in dark', async (stop) => {
    const page = await tour.stopAt(stop);
    expect(await page.locator('body').getAttribute('data-view')).toBe(stop.view);
    expect(await page.title()).toMatch(/^\S.* · \S/);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    await expectToFit(page);
    await expectAccessible(page);
  });

  it('asks for the current password, accessibly, whoever has one and signed in long ago', async () => {
    const { phone } = await stage().world.aUserWithPassword(PASSWORD);
    const { page } = await stage().aBrowser();
    await page.goto('/password');
    await sendForm(page, '/password', { username: phone, password: PASSWORD });
    await stage().app.advance('11 min');
    for (const path of ['/profile', '/profile/delete']) {
      await page.goto(path);
      await unfold(page);
      await page.getByLabel('Current password').first().waitFor();
      await expectToFit(page);
      await expectAccessible(page);
    }
  });
});

describe('The page of an inbox that needs a token', () => {
  const stage = useBrowserStage({ QA_INBOX_TOKEN });

  it('is accessible, and opens by the token alone', async () => {
    const { page } = await stage().aBrowser();
    await page.goto('/inbox');
    await expectAccessible(page);
    const token = page.getByLabel('Token (QA_INBOX_TOKEN)');
    await token.fill('not the token');
    await token.press('Enter');
    await page.getByRole('alert').waitFor();
    await expectAccessible(page);
    await token.fill(QA_INBOX_TOKEN);
    await token.press('Enter');
    await page.getByRole('searchbox').waitFor();
  });
});
