import type { TestApp } from './app.js';
import { PageBrowser } from './page-browser.js';
import type { VisitorOptions } from './world.js';

/** A browser in which somebody has signed in who has a role that only operators give. */
export async function staffBrowser(
  app: TestApp,
  role: 'moderator' | 'admin',
  options: VisitorOptions = {},
): Promise<PageBrowser> {
  const browser = new PageBrowser(app, options);
  await browser.signIn();
  await app.sql('UPDATE users SET role = $2 WHERE $1 IN (phone, email)', [browser.contact, role]);
  return browser;
}
