import { expectAccessible } from '../support/accessible.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { askForCode, giveCode, signInByPhone } from '../support/page-walks.js';
import { freshPhone, wrongFor } from '../support/world.js';

describe('Signing in by the pages', () => {
  const stage = useBrowserStage();

  it.each(['/', '/register', '/password', '/forgot'])('%s is accessible, in English and in Russian', async (path) => {
    for (const language of ['en', 'ru'] as const) {
      const { page } = await stage().aBrowser({ language });
      await page.goto(path);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      await expectAccessible(page);
    }
  });

  it.each([true, false])(
    'lets a new person in by the code that came to their phone; JavaScript: %s',
    async (javaScript) => {
      const phone = freshPhone();
      const { page } = await stage().aBrowser({ javaScript });
      await signInByPhone(stage(), page, phone);
      const [person] = await stage().app.sql('SELECT 1 FROM users WHERE phone = $1', [phone]);
      expect(person).toBeDefined();
    },
  );

  it('sends a code that is typed as soon as it is whole', async () => {
    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await askForCode(page, phone);
    await page.locator('[name="code"]').pressSequentially(await stage().codeOf(phone));
    await page.waitForURL('**/profile');
  });

  it('says beside the field that a code was wrong, accessibly, and takes the right one then', async () => {
    const phone = freshPhone();
    const { page } = await stage().aBrowser({ dark: true });
    await askForCode(page, phone);
    const code = await stage().codeOf(phone);
    await expectAccessible(page);
    await giveCode(page, wrongFor(code));
    expect(await page.locator('[name="code"]').getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    await giveCode(page, code);
    await page.waitForURL('**/profile');
  });
});
