import type { Page } from 'playwright-core';
import { expectAccessible } from '../support/accessible.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { pathOf, sendForm, signInByPhone, stopTime, told } from '../support/page-walks.js';
import { plain } from '../support/pictures.js';
import { freshPhone } from '../support/world.js';

const ANNA = { firstName: 'Anna', lastName: 'Ivanova', city: 'Kazan', telegramId: '@anna_i' };

describe('The profile', () => {
  const stage = useBrowserStage();

  async function signedIn(phone = freshPhone()): Promise<Page> {
    const { page } = await stage().aBrowser();
    await signInByPhone(stage(), page, phone);
    return page;
  }

  it('keeps what is written there, and shows the name', async () => {
    const page = await signedIn();
    await sendForm(page, '/profile/fields', ANNA);
    expect(await told(page)).toBe('Saved.');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Anna Ivanova');
    for (const [name, value] of Object.entries(ANNA))
      expect(await page.locator(`[name="${name}"]`).inputValue()).toBe(value);
    await sendForm(page, '/profile/fields', { lastName: '' });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Anna');
  });

  it('keeps in the form what cannot be saved, and says beside the field why', async () => {
    const page = await signedIn();
    await sendForm(page, '/profile/fields', { city: 'Kazan', username: '7 herons' });
    expect(await page.locator('[name="city"]').inputValue()).toBe('Kazan');
    expect(await page.locator('[name="username"]').inputValue()).toBe('7 herons');
    expect(await page.locator('#username-says').innerText()).toContain('Choose 3 to 30 letters');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('username');
    await expectAccessible(page);
  });

  it('shows the picture that is uploaded, until it is removed', async () => {
    const page = await signedIn();
    const picture = await plain(640, 480).png().toBuffer();
    const file = page.getByLabel('Choose a picture');
    await file.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: picture });
    await sendForm(page, '/profile/avatar');
    const shown = page.getByRole('img', { name: 'Your picture' });
    expect(await shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await file.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await sendForm(page, '/profile/avatar');
    expect(await page.locator('#avatar').innerText()).toMatch(/PNG, JPEG/);
    await page.goto('/profile');
    await sendForm(page, '/profile/avatar/remove');
    expect(await shown.count()).toBe(0);
  });

  it('says of a picture that is too large before it is sent', async () => {
    const page = await signedIn();
    const file = page.getByLabel('Choose a picture');
    const why = () => file.evaluate((field: HTMLInputElement) => field.validationMessage);
    await file.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.alloc(5 * 1024 * 1024 + 1) });
    expect(await why()).toMatch(/^This picture has more than 5 MB/);
    await file.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.alloc(5 * 1024 * 1024) });
    expect(await why()).toBe('');
  });

  it('copies the own invite code, and shows a QR code that loads', async () => {
    const { page, context } = await stage().aBrowser();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await signInByPhone(stage(), page, freshPhone());
    const code = await page.locator('.own-code').innerText();
    await stopTime(page);
    await page.getByRole('button', { name: 'Copy the code' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    const qr = page.getByRole('img', { name: 'QR code of your link' });
    expect(await qr.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  });

  it('hands over everything that is held on the person, as a file', async () => {
    const phone = freshPhone();
    const page = await signedIn(phone);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download my data' }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toContain(phone);
  });

  it('is deleted only by whoever ticks that they mean it', async () => {
    const phone = freshPhone();
    const page = await signedIn(phone);
    await page.getByRole('link', { name: /^Delete my account/ }).click();
    await page.waitForURL('**/profile/delete');
    await page.locator('form[action="/profile/delete"] button').click();
    expect(pathOf(page)).toBe('/profile/delete');
    await page.locator('[name="understood"]').check();
    await sendForm(page, '/profile/delete');
    expect(pathOf(page)).toBe('/');
    expect(await stage().app.sql('SELECT 1 FROM users WHERE phone = $1', [phone])).toEqual([]);
  });
});
