import type { Page } from 'playwright-core';
import type { BrowserStage } from './browser-stage.js';

/** Types a contact at the page to sign in and sends it. Leads to the page that asks for the code. */
export async function askForCode(page: Page, contact: string): Promise<void> {
  await page.goto('/');
  const field = page.locator('[name="contact"]');
  await field.fill(contact);
  await Promise.all([page.waitForURL('**/confirm'), field.press('Enter')]);
}

/** Gives a code to the page that asks for it, and waits for what it answers. */
export async function giveCode(page: Page, code: string): Promise<void> {
  const field = page.locator('[name="code"]');
  // Not typed: a page that sends a code as soon as it is whole would send it twice. Typing has walks of its own.
  await field.evaluate((input: HTMLInputElement, value) => (input.value = value), code);
  // Otherwise the load that is waited for may be that of the page itself.
  await page.waitForLoadState();
  await Promise.all([page.waitForEvent('load'), field.press('Enter')]);
}

/** Signs somebody in through the pages, by the code that comes to their phone. */
export async function signInByPhone(stage: BrowserStage, page: Page, phone: string): Promise<void> {
  await askForCode(page, phone);
  await giveCode(page, await stage.codeOf(phone));
  await page.waitForURL('**/profile');
}

/** Fills fields of the form that is sent to `action`, by their names, and presses its button. Waits for what that answers. */
export async function sendForm(
  page: Page,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<void> {
  const form = page.locator(`form[action="${action}"]`);
  await form.waitFor({ state: 'attached' });
  if (!(await form.isVisible())) await page.locator('details', { has: form }).locator('summary').click();
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name="${name}"]`).fill(value);
  const button = form.locator('button:not([type="button"])').first();
  await page.waitForLoadState();
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

/** Signs out by what stands on every page. */
export const signOut = (page: Page): Promise<void> => sendForm(page, '/sign-out');

/** What the page tells after what was done last. */
export const told = (page: Page): Promise<string> => page.locator('.notice.good[role="status"]').innerText();

/** Stops the time of a page, so that what it shows for a moment stays. */
export async function stopTime(page: Page): Promise<void> {
  await page.clock.install();
  // It can be stopped only at a moment that is yet to come, however slow the machine is.
  await page.clock.pauseAt(Date.now() + 60_000);
}

/** The path that the page is at. */
export const pathOf = (page: Page): string => new URL(page.url()).pathname;
