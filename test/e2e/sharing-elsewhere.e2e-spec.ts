import { startTestApp, type TestApp } from '../support/app.js';
import { openPage } from '../support/browser.js';

const CODE = '000A00';

describe('A share link of a product on https with a sign-in page of its own', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({
      PUBLIC_URL: 'https://id.example.org',
      SIGN_IN_URL: 'https://www.example.org/welcome?lang=ru&via=ad#in',
    });
  });

  afterAll(() => app.close());

  it('leads there, and leaves what else stands in its address', async () => {
    const { location } = await openPage(app, `/i/${CODE}?via=qr&lang=en`);
    expect(location).toBe(`https://www.example.org/welcome?lang=ru&via=qr&invite=${CODE}#in`);
    expect((await openPage(app, '/i/none')).location).toBe('https://www.example.org/welcome?lang=ru&via=ad#in');
  });

  it('is remembered for this host alone, and by https alone', async () => {
    const { cookie } = await openPage(app, `/i/${CODE}`);
    expect(cookie).toBe(`__Host-invite=${CODE}.link; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure`);
  });
});

describe('A share link whose opens cannot be counted', () => {
  it.each(['rate_limits', 'invite_visits'])('leads to sign-in all the same, without %s', async (table) => {
    const app = await startTestApp();
    await app.sql(`ALTER TABLE ${table} RENAME TO away`);
    const { status, location, cookie } = await openPage(app, `/i/${CODE}`);
    // What is under way is finished first.
    await app.close();
    expect({ status, location }).toEqual({ status: 303, location: `http://localhost:3000/?invite=${CODE}&via=link` });
    expect(cookie).toContain(CODE);
    const warnings = app.lines.filter((line) => line.includes('"level":"warn"'));
    expect(warnings).toEqual([expect.stringContaining('Opens of share links that were not counted: 1')]);
    expect(app.lines.filter((line) => line.includes(CODE))).toEqual([]);
  });
});
