import type { Page } from 'playwright-core';
import { useBrowserStage } from '../support/browser-stage.js';
import { giveCode, pathOf, sendForm, signInByPhone, told } from '../support/page-walks.js';
import { freshEmail, freshPhone } from '../support/world.js';

describe('Changing contacts by the pages', () => {
  // Some sign in twice in a row.
  const stage = useBrowserStage({ LIMIT_CODE_GAP_SECONDS: '1' });

  async function signedIn(phone = freshPhone()): Promise<Page> {
    const { page } = await stage().aBrowser();
    await signInByPhone(stage(), page, phone);
    return page;
  }
  const contacts = (page: Page) => page.locator('#contacts').innerText();

  it('shows the new phone once its code was given, and signs the person out elsewhere', async () => {
    const [before, after] = [freshPhone(), freshPhone()];
    const page = await signedIn(before);
    await stage().app.advance('2 s');
    const elsewhere = await signedIn(before);
    await sendForm(page, '/profile/contacts/phone', { phone: after });
    expect(pathOf(page)).toBe('/confirm');
    await giveCode(page, await stage().codeOf(after));
    expect(pathOf(page)).toBe('/profile');
    expect(await told(page)).toBe('Saved. Your other devices were signed out.');
    expect(await contacts(page)).toContain(after);
    expect(await contacts(page)).not.toContain(before);
    await elsewhere.reload();
    expect(elsewhere.url()).toBe(`${stage().app.url}/?next=%2Fprofile`);
    const again = await signedIn(after);
    expect(await contacts(again)).toContain(after);
  });

  it('keeps a phone that cannot exist in the form, and says beside the field what is wrong with it', async () => {
    const page = await signedIn();
    await sendForm(page, '/profile/contacts/phone', { phone: '8 912 000' });
    const field = page.locator('#contacts [name="phone"]');
    expect(await field.inputValue()).toBe('8 912 000');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
  });

  it('adds an e-mail by its code, and then lets the phone be removed, by which nobody comes in any more', async () => {
    const [phone, email] = [freshPhone(), freshEmail()];
    const page = await signedIn(phone);
    await sendForm(page, '/profile/contacts/email', { email });
    await giveCode(page, await stage().codeOf(email));
    expect(await contacts(page)).toContain(email);
    await sendForm(page, '/profile/contacts/phone/remove');
    expect(pathOf(page)).toBe('/profile');
    expect(await contacts(page)).not.toContain(phone);
    expect(await page.locator('form[action$="/remove"][action*="contacts"]').count()).toBe(0);
  });

  it('asks whoever has signed in long ago for a code first, and leads back', async () => {
    const phone = freshPhone();
    const page = await signedIn(phone);
    await stage().app.advance('11 min');
    await page.reload();
    expect(await page.locator('form[action="/profile/contacts/phone"]').count()).toBe(0);
    await page.locator('#contacts summary').first().click();
    await page.locator('#contacts').getByRole('link', { name: 'Confirm that it is you by a code' }).first().click();
    await page.waitForURL('**/again?next=**');
    await sendForm(page, '/again');
    await giveCode(page, await stage().codeOf(phone));
    expect(pathOf(page)).toBe('/profile');
    expect(await page.locator('form[action="/profile/contacts/phone"]').count()).toBe(1);
  });
});
