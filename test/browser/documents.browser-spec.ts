import { useBrowserStage } from '../support/browser-stage.js';

describe('The documents in a browser', () => {
  const stage = useBrowserStage();

  it.each([
    { path: '/swagger', shows: '.opblock-summary' },
    { path: '/redoc', shows: '[data-section-id] h2' },
  ])('$path is drawn whole, from this server alone', async ({ path, shows }) => {
    const { page, requests } = await stage().aBrowser({ width: 1280 });
    await page.goto(path);
    await page.locator(shows).first().waitFor();
    expect(requests.length).toBeGreaterThan(1);
  });
});
