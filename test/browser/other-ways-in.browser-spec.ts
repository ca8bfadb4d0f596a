import { expectAccessible } from '../support/accessible.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { askForCode, giveCode, pathOf, sendForm, signOut, told } from '../support/page-walks.js';
import { freshEmail, freshPhone } from '../support/world.js';

const PASSWORD = 'seven quiet herons';
const ANOTHER = 'a lamp by the river';

describe('Other ways in than a code by SMS', () => {
  const stage = useBrowserStage();

  it('lets a new person in by the code that came to their e-mail', async () => {
    const email = freshEmail();
    const { page } = await stage().aBrowser();
    await askForCode(page, email.toUpperCase());
    await giveCode(page, await stage().codeOf(email));
    expect(pathOf(page)).toBe('/profile');
    expect(await told(page)).toContain('Welcome');
    expect(await page.locator('main').innerText()).toContain(email);
  });

  it('registers with a password, which counts once the code was given, and lets in by it then', async () => {
    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await page.goto('/');
    await page.getByRole('link', { name: 'Register with a password' }).click();
    await sendForm(page, '/register', { contact: phone, password: PASSWORD });
    await giveCode(page, await stage().codeOf(phone));
    expect(pathOf(page)).toBe('/profile');
    await signOut(page);
    expect(await told(page)).toBe('You are signed out.');
    await page.getByRole('link', { name: 'Sign in with a password' }).click();
    await sendForm(page, '/password', { username: phone, password: PASSWORD });
    expect(pathOf(page)).toBe('/profile');
  });

  it('says that a password is wrong, keeps the name and not the password, accessibly', async () => {
    const { page } = await stage().aBrowser();
    await page.goto('/password');
    await sendForm(page, '/password', { username: 'nobody_at_all', password: PASSWORD });
    expect(await page.getByRole('alert').innerText()).not.toBe('');
    expect(await page.locator('[name="username"]').inputValue()).toBe('nobody_at_all');
    expect(await page.locator('[name="password"]').inputValue()).toBe('');
    await expectAccessible(page);
  });

  it('sets a new password by a code for whoever has forgotten theirs', async () => {
    const phone = freshPhone();
    await stage().world.aUserWithPassword(PASSWORD, { phone });
    await stage().app.advance('61 s');
    const { page } = await stage().aBrowser();
    await page.goto('/password');
    await page.getByRole('link', { name: 'Forgot the password?' }).click();
    await sendForm(page, '/forgot', { contact: phone });
    await expectAccessible(page);
    await sendForm(page, '/confirm', { code: await stage().codeOf(phone), newPassword: ANOTHER });
    expect(await told(page)).toContain('Your new password is set');
    await sendForm(page, '/password', { username: phone, password: PASSWORD });
    expect(pathOf(page)).toBe('/password');
    await sendForm(page, '/password', { username: phone, password: ANOTHER });
    expect(pathOf(page)).toBe('/profile');
  });
});
