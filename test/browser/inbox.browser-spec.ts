import { expectAccessible } from '../support/accessible.js';
import type { Browsing } from '../support/browsing.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { sendForm, stopTime } from '../support/page-walks.js';
import { freshPhone } from '../support/world.js';

/** What stays as it is while a page is not loaded anew. */
type Marked = typeof globalThis & { isSamePage?: boolean };

describe('The message inbox', () => {
  const stage = useBrowserStage();

  async function open(path = '/inbox'): Promise<Browsing> {
    const browsing = await stage().aBrowser();
    await browsing.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await browsing.page.goto(path);
    return browsing;
  }

  async function codeAskedFor(phone = freshPhone()): Promise<string> {
    await stage().world.aVisitor({ phone }).requestCode();
    return phone;
  }

  it('shows what is sent while it is open, and what happens to it, without being loaded anew', async () => {
    const { page } = await open();
    await page.evaluate(() => ((globalThis as Marked).isSamePage = true));
    const [first, second] = [await codeAskedFor(), await codeAskedFor()];
    const [messages, newest] = [page.locator('#messages article'), page.locator('#messages article').first()];
    await messages.filter({ hasText: first }).waitFor();
    await newest.filter({ hasText: second }).locator('.state.sent').waitFor();
    expect(await newest.innerText()).toContain(await stage().codeOf(second));
    expect(await page.evaluate(() => (globalThis as Marked).isSamePage)).toBe(true);
  });

  it('is accessible empty, with messages, and while it finds nothing', async () => {
    const { page } = await open(`/inbox?to=${encodeURIComponent(freshPhone())}`);
    await expectAccessible(page);
    const phone = await codeAskedFor();
    await page.goto('/inbox');
    await page.locator('article', { hasText: phone }).waitFor();
    await expectAccessible(page);
    await page.goto('/inbox?q=nothing-of-the-kind');
    await expectAccessible(page);
  });

  it('copies a code by one click, counts down while it works, and says when it no longer does', async () => {
    const phone = await codeAskedFor();
    const code = await stage().codeOf(phone);
    const { page } = await open();
    await stopTime(page);
    await page.reload();
    const message = page.locator('article', { hasText: phone });
    await message.getByRole('button', { name: 'Copy' }).click();
    await message.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    expect(await message.innerText()).toMatch(/Works for [0-5]:\d\d more/);
    await page.clock.fastForward('05:01');
    await message.getByText('No longer works').waitFor();
  });

  it('finds messages by a part of the number', async () => {
    const [phone, other] = [await codeAskedFor(), await codeAskedFor()];
    const { page } = await open();
    await page.getByRole('searchbox').fill(phone.slice(4));
    await page.getByRole('button', { name: 'Find' }).click();
    await page.locator('article', { hasText: phone }).waitFor();
    expect(await page.locator('article', { hasText: other }).count()).toBe(0);
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.locator('article', { hasText: other }).waitFor();
  });

  it('is cleared of the messages to one number alone', async () => {
    const [phone, other] = [await codeAskedFor(), await codeAskedFor()];
    await stage().app.delivered();
    const { page } = await open();
    await page.locator('article', { hasText: phone }).getByRole('link', { name: phone }).click();
    await page.getByRole('button', { name: 'Clear this inbox' }).waitFor();
    await sendForm(page, '/inbox/clear');
    expect(await page.locator('article').count()).toBe(0);
    await page.goto('/inbox');
    expect(await page.locator('article', { hasText: phone }).count()).toBe(0);
    expect(await page.locator('article', { hasText: other }).count()).toBe(1);
  });

  it('shows the same without JavaScript', async () => {
    const phone = await codeAskedFor();
    const { page } = await stage().aBrowser({ javaScript: false, language: 'ru' });
    await page.goto('/inbox');
    expect(await page.locator('article', { hasText: phone }).innerText()).toContain(await stage().codeOf(phone));
    expect(await page.locator('button[data-copy]:visible').count()).toBe(0);
  });
});
