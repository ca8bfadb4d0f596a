import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser, tokenIn } from '../support/page-browser.js';
import { takeAway } from '../support/outage.js';

describe('Pages while the database is away', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('say so, and when to come again; whoever was signed in is so afterwards, and the form of that page is taken', async () => {
    const browser = new PageBrowser(app);
    await browser.signIn();
    const giveBack = await takeAway(app.database);
    const away = await browser.open('/profile').finally(giveBack);
    expect([away.status, away.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(Number(away.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const spoken = await browser.post('/language', { csrf: tokenIn(away.html), language: 'ru', back: '/profile' });
    expect([spoken.status, spoken.location]).toEqual([303, '/profile']);
    expect((await browser.open('/profile')).status).toBe(200);
  });
});
