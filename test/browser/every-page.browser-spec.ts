import { expectAccessible } from '../support/accessible.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { expectToFit } from '../support/fitting.js';
import { Tour, TOUR } from '../support/page-tour.js';
import { aSmallWorld } from '../support/small-world.js';

const QA_INBOX_TOKEN = 'fp3wWn8ZkQ1xYc6LrT9bVh2SgJ5dMe7A';

describe('Every page', () => {
  // People have just got a code when they sign in by the pages.
  const stage = useBrowserStage({ LIMIT_CODE_GAP_SECONDS: '1' });
  let tour: Tour;

  beforeAll(async () => {
    tour = new Tour(stage(), await aSmallWorld(stage()));
  });

  it.each(TOUR)('$name has a name, fits into a phone, and is accessible in light and in dark', async (stop) => {
    const page = await tour.stopAt(stop);
    expect(await page.title()).toMatch(/^\S.* · \S/);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    await expectToFit(page);
    await expectAccessible(page);
  });

  it('profile of whoever has signed in long ago is accessible, with all that asks them to show who they are', async () => {
    await stage().app.advance('11 min');
    for (const as of ['anna', 'newcomer'] as const) {
      const page = await tour.stopAt({ name: 'stale', path: '/profile', as });
      await page.locator('details').evaluateAll((folds) => folds.forEach((fold) => fold.setAttribute('open', '')));
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
