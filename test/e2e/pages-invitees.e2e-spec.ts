import { startTestApp, type TestApp } from '../support/app.js';
import { type Invited, type InvitedFacts, makeInvited } from '../support/invited.js';
import { PageBrowser } from '../support/page-browser.js';

const PAGE = '/profile/invitees';

describe('Whom somebody has invited, by pages', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  async function anInviterOf(
    people: number | readonly InvitedFacts[],
  ): Promise<{ browser: PageBrowser; invited: Invited[] }> {
    const browser = new PageBrowser(app);
    await browser.signIn();
    const [person] = await app.sql<{ id: string }>('SELECT id FROM users WHERE phone = $1', [browser.contact]);
    return { browser, invited: people === 0 ? [] : await makeInvited(app, person?.id ?? '', people) };
  }

  const phonesIn = (html: string): string[] => [...html.matchAll(/<bdi>(\+7\d{10})<\/bdi>/g)].map(([, p = '']) => p);
  const olderIn = (html: string): string | undefined => /rel="next" href="([^"]+)"/.exec(html)?.[1];

  it('are shown twenty at a time, the newest first, each once', async () => {
    const { browser, invited } = await anInviterOf(45);
    const shown: string[][] = [];
    for (let page: string | undefined = PAGE; page !== undefined;) {
      const { html } = await browser.open(page);
      expect(html).toContain('45 people came by your code.');
      // The own phone stands in the frame.
      shown.push(phonesIn(html).filter((phone) => phone !== browser.contact));
      page = olderIn(html);
    }
    expect(shown.map(({ length }) => length)).toEqual([20, 20, 5]);
    expect(shown.flat()).toEqual(invited.map(({ phone }) => phone).reverse());
  });

  it('are called by name, which does nothing whatever it is', async () => {
    const firstName = `<script>alert(1)</script>\u202E${'x'.repeat(40)}`;
    const { browser, invited } = await anInviterOf([{ firstName }]);
    const { html } = await browser.open(PAGE);
    expect(html).not.toContain('<script>alert');
    expect(html).toContain(`<bdi>&lt;script&gt;alert(1)&lt;/script&gt;\u202E${'x'.repeat(40)}</bdi>`);
    expect(phonesIn(html)).toContain(invited[0]?.phone);
  });

  it('who are deleted keep their place, and nothing else', async () => {
    const { browser, invited } = await anInviterOf([{ firstName: 'Anna' }]);
    await app.sql(`UPDATE users SET status = 'deleted', phone = NULL, first_name = NULL WHERE id = $1`, [
      invited[0]?.id,
    ]);
    const { html } = await browser.open(PAGE);
    expect(html).toContain('Deleted person');
    expect(html).not.toContain('Anna');
  });

  it('are none at first, and the page says what to do', async () => {
    const { browser } = await anInviterOf(0);
    const { html } = await browser.open(PAGE);
    expect(html).toContain('Share it from your profile.');
    expect(olderIn(html)).toBeUndefined();
  });

  it('are never those of somebody else', async () => {
    await anInviterOf(3);
    const { browser } = await anInviterOf(0);
    expect(phonesIn((await browser.open(`${PAGE}?cursor=3`)).html)).toEqual([browser.contact]);
  });

  it('are shown to nobody who is not signed in, nor from where no page begins', async () => {
    expect((await new PageBrowser(app).open(PAGE)).location).toBe('/?next=%2Fprofile%2Finvitees');
    const { browser } = await anInviterOf(0);
    expect((await browser.open(`${PAGE}?cursor=x`)).status).toBe(422);
  });
});
