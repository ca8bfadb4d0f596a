import { useBrowserStage } from '../support/browser-stage.js';
import { askForCode, giveCode, pathOf, sendForm, told } from '../support/page-walks.js';
import { freshPhone, wrongFor } from '../support/world.js';

describe('Sending a code again by the pages', () => {
  // So that no two codes are the same by chance.
  const stage = useBrowserStage({ OTP_LENGTH: '8' });

  it('counts down until that is possible; then the new code works, and the one before does not', async () => {
    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await page.clock.install();
    await askForCode(page, phone);
    const first = await stage().codeOf(phone);
    const again = page.locator('form[action="/confirm/resend"] button');
    expect(await again.isDisabled()).toBe(true);
    expect(await again.innerText()).toMatch(/^Send again in [01]:\d\d$/);
    await stage().app.advance('61 s');
    await page.clock.fastForward('01:01');
    await page.getByRole('button', { name: 'Send the code again' }).click();
    await page.locator('.notice.good').waitFor();
    expect(await told(page)).toBe('Another code is on its way. The one before no longer works.');
    expect(await again.innerText()).toMatch(/^Send again in [12]:\d\d$/);
    const second = await stage().codeOf(phone);
    await giveCode(page, first);
    expect(pathOf(page)).toBe('/confirm');
    await giveCode(page, second);
    expect(pathOf(page)).toBe('/profile');
  });

  it('says how long to wait to whoever has no JavaScript and asks too soon', async () => {
    const { page } = await stage().aBrowser({ javaScript: false });
    await askForCode(page, freshPhone());
    await sendForm(page, '/confirm/resend');
    expect(pathOf(page)).toBe('/confirm/resend');
    expect(await page.getByRole('alert').innerText()).not.toBe('');
  });

  it('offers another code in place of the field once all attempts were wrong', async () => {
    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await askForCode(page, phone);
    const code = await stage().codeOf(phone);
    const attempts = stage().app.config.limits.codeAttempts;
    for (let left = attempts; left > 0; left -= 1) await giveCode(page, wrongFor(code));
    await page.getByRole('button', { name: 'Ask for a new code' }).click();
    await page.waitForURL('/');
  });
});
