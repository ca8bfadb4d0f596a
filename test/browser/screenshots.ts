import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { useBrowserStage } from '../support/browser-stage.js';
import { Tour, TOUR } from '../support/page-tour.js';
import { SCREENSHOTS } from '../support/screenshots-folder.js';
import { aSmallWorld } from '../support/small-world.js';

/** Dark looks the same in any width. */
const WIDTHS = [
  [390, ['light', 'dark']],
  [1280, ['light']],
] as const;
const HEIGHT = 844;

/** Not a test: `npm run screenshots` runs it, and it fails when a page does what pages must not. */
describe('Screenshots', () => {
  // They have just got a code when they sign in by the pages.
  const stage = useBrowserStage({ LIMIT_CODE_GAP_SECONDS: '1' });
  let tour: Tour;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    tour = new Tour(stage(), await aSmallWorld(stage()));
  });

  it.each(TOUR)('$name', async (stop) => {
    const page = await tour.stopAt(stop);
    for (const [width, schemes] of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        const path = join(SCREENSHOTS, `${stop.name}-${width}-${colorScheme}.png`);
        // A palette is a fifth of the size, and they are kept in the repository.
        const whole = await page.screenshot({ fullPage: true });
        await sharp(whole).png({ palette: true, effort: 10 }).toFile(path);
      }
    }
  });
});
