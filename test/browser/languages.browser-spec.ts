import { useBrowserStage } from '../support/browser-stage.js';
import { askForCode, giveCode, pathOf, signInByPhone, told } from '../support/page-walks.js';
import { freshPhone } from '../support/world.js';

describe('The languages of the pages', () => {
  const stage = useBrowserStage();

  it('signs in and shows the profile in Russian to a browser that prefers it', async () => {
    const phone = freshPhone();
    const { page } = await stage().aBrowser({ language: 'ru' });
    await page.goto('/');
    expect(await page.getByRole('button', { name: 'Получить код' }).count()).toBe(1);
    await askForCode(page, phone);
    expect(await page.locator('#strip').innerText()).not.toMatch(/sent/);
    await giveCode(page, await stage().codeOf(phone));
    expect(await told(page)).toMatch(/[а-я]/i);
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.locator('main').innerText()).not.toMatch(/\b(your|the|of|save)\b/i);
  });

  it('are switched at the bottom of every page, which stays where it was', async () => {
    const { page } = await stage().aBrowser();
    await page.goto('/password?next=/profile/devices');
    await page.getByRole('button', { name: 'Русский' }).click();
    await page.waitForURL('/password?next=/profile/devices');
    await page.locator('html[lang="ru"]').waitFor();
    await page.goto('/register');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('html[lang="en"]').waitFor();
    expect(pathOf(page)).toBe('/register');
  });

  it('are switched while a code is waited for, and while somebody is signed in', async () => {
    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await askForCode(page, phone);
    await page.getByRole('button', { name: 'Русский' }).click();
    await page.locator('html[lang="ru"]').waitFor();
    expect(pathOf(page)).toBe('/confirm');
    await giveCode(page, await stage().codeOf(phone));
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('html[lang="en"]').waitFor();
    expect(pathOf(page)).toBe('/profile');
  });

  it('once chosen, go with the person to another browser', async () => {
    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await signInByPhone(stage(), page, phone);
    await page.getByRole('button', { name: 'Русский' }).click();
    await page.locator('html[lang="ru"]').waitFor();
    await stage().app.advance('21 s');
    const other = await stage().aBrowser();
    await signInByPhone(stage(), other.page, phone);
    expect(await other.page.locator('html').getAttribute('lang')).toBe('ru');
  });
});
