import type { Page } from 'playwright-core';
import { useBrowserStage } from '../support/browser-stage.js';
import { askForCode, giveCode, pathOf, sendForm, signInByPhone, signOut, told } from '../support/page-walks.js';
import { plain } from '../support/pictures.js';
import { freshPhone, wrongFor } from '../support/world.js';

const PASSWORD = 'seven quiet herons';

describe('The pages without JavaScript', () => {
  const stage = useBrowserStage();

  const aPage = async (): Promise<Page> => (await stage().aBrowser({ javaScript: false })).page;

  it('sign a person in through a wrong code, another one that is sent, and the right one', async () => {
    const phone = freshPhone();
    const page = await aPage();
    await askForCode(page, phone);
    const first = await stage().codeOf(phone);
    await giveCode(page, wrongFor(first));
    expect(await page.locator('#code-says').innerText()).toContain('4 attempts left');
    await stage().app.advance('61 s');
    await sendForm(page, '/confirm/resend');
    expect(await told(page)).toContain('Another code is on its way');
    const second = await stage().codeOf(phone);
    await page.reload();
    expect(await page.locator('#state').innerText()).toBe('Sent.');
    expect(await page.locator('#strip').innerText()).toContain(second);
    await giveCode(page, second);
    expect(pathOf(page)).toBe('/profile');
  });

  it('keep what was typed beside what is wrong with it', async () => {
    const page = await aPage();
    await page.goto('/');
    await sendForm(page, '/', { contact: '8 912 000' });
    expect(await page.locator('[name="contact"]').inputValue()).toBe('8 912 000');
    expect(await page.locator('#contact-says').innerText()).toContain('No such phone number exists');
  });

  it('change the profile, its picture, its phone and its password, and sign out', async () => {
    const [before, after] = [freshPhone(), freshPhone()];
    const page = await aPage();
    await signInByPhone(stage(), page, before);
    await sendForm(page, '/profile/fields', { firstName: 'Anna', city: 'Kazan' });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Anna');
    const buffer = await plain(64, 64).png().toBuffer();
    await page.getByLabel('Choose a picture').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer });
    await sendForm(page, '/profile/avatar');
    expect(await page.getByRole('img', { name: 'Your picture' }).count()).toBe(1);
    await sendForm(page, '/profile/contacts/phone', { phone: after });
    await giveCode(page, await stage().codeOf(after));
    expect(await page.locator('#contacts').innerText()).toContain(after);
    await sendForm(page, '/profile/password', { newPassword: PASSWORD });
    await signOut(page);
    await page.goto('/password');
    await sendForm(page, '/password', { username: after, password: PASSWORD });
    expect(pathOf(page)).toBe('/profile');
  });
});
