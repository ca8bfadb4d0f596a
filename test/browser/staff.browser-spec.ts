import type { Page } from 'playwright-core';
import { expectAccessible } from '../support/accessible.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { giveCode, pathOf, sendForm, signInByPhone, told } from '../support/page-walks.js';
import { freshPhone, type User } from '../support/world.js';

const ADMIN_ONLY = ['messages', 'sending', 'audit'] as const;

describe('The pages of staff', () => {
  // People who have just got a code elsewhere sign in by the pages.
  const stage = useBrowserStage({ LIMIT_CODE_GAP_SECONDS: '1' });

  async function signedInAs(role: 'moderator' | 'admin'): Promise<Page> {
    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await signInByPhone(stage(), page, phone);
    await stage().staff(phone, role);
    await page.goto('/profile');
    await page.getByRole('link', { name: 'Admin', exact: true }).click();
    await page.waitForURL('**/admin/people');
    return page;
  }

  async function aPerson(): Promise<User> {
    const person = await stage().world.aUser();
    await person.api.changeProfile({ firstName: 'Timur', lastName: 'Nikitin' });
    return person;
  }

  /** Finds them as staff do. */
  async function find(page: Page, { phone, id }: User): Promise<void> {
    await page.getByRole('searchbox').fill(phone);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('link', { name: 'Timur Nikitin' }).click();
    await page.waitForURL(`**/admin/people/${id}`);
  }

  it('let an admin block somebody who is signed in elsewhere, who is out at their next page and stays out', async () => {
    const person = await aPerson();
    const elsewhere = await stage().aBrowser();
    await stage().app.advance('2 s');
    await signInByPhone(stage(), elsewhere.page, person.phone);
    const page = await signedInAs('admin');
    await find(page, person);
    await sendForm(page, `/admin/people/${person.id}/block`, { blockedReason: 'Sold invitations' });
    expect(pathOf(page)).toBe(`/admin/people/${person.id}`);
    expect(await page.locator('main').innerText()).toContain('Reason: Sold invitations');

    await elsewhere.page.getByRole('link', { name: 'Profile' }).click();
    await elsewhere.page.waitForURL('/?next=%2Fprofile');
    await stage().app.advance('21 s');
    await sendForm(elsewhere.page, '/', { contact: person.phone });
    await giveCode(elsewhere.page, await stage().codeOf(person.phone));
    expect(await elsewhere.page.getByRole('alert').innerText()).toContain('blocked');
    await expectAccessible(elsewhere.page);
    expect(await elsewhere.page.locator('main').innerText()).not.toContain('Sold');

    await sendForm(page, `/admin/people/${person.id}/unblock`);
    expect((await person.api.me()).status).toBe(401);
    expect(await page.locator('main').innerText()).not.toContain('Sold invitations');
  });

  it('let an admin change a person and give them a role', async () => {
    const person = await aPerson();
    const page = await signedInAs('admin');
    await find(page, person);
    await sendForm(page, `/admin/people/${person.id}`, { city: 'Kazan' });
    expect(await told(page)).not.toBe('');
    await page.locator('select#role').selectOption('moderator');
    await sendForm(page, `/admin/people/${person.id}/role`);
    expect((await person.api.me()).body).toMatchObject({ city: 'Kazan', role: 'moderator', firstName: 'Timur' });
  });

  it('show a moderator everybody, and nothing that only admins may do', async () => {
    const person = await aPerson();
    const page = await signedInAs('moderator');
    const nav = page.getByRole('navigation', { name: 'Admin' });
    expect((await nav.getByRole('link').allInnerTexts()).join()).toBe('People,Referrals');
    await find(page, person);
    expect(await page.locator('main form').count()).toBe(0);
    expect(await page.locator('main').innerText()).toContain(person.phone);
    for (const name of ADMIN_ONLY) expect(await page.locator(`a[href*="/admin/${name}"]`).count()).toBe(0);
    expect(await page.locator('a[href$="/delete"]').count()).toBe(0);
  });

  it.each([
    ['a moderator', 'to an admin', [...ADMIN_ONLY, 'people/*/delete']],
    ['a person', 'to staff', [...ADMIN_ONLY, 'people', 'people/*', 'referrals']],
  ])('tell %s who types the address of a page that is %s alone that it is not for them', async (who, _, paths) => {
    const person = await aPerson();
    const page = who === 'a moderator' ? await signedInAs('moderator') : (await stage().aBrowser()).page;
    if (who === 'a person') await signInByPhone(stage(), page, freshPhone());
    for (const path of paths.map((path) => path.replace('*', person.id))) {
      const answer = await page.goto(`/admin/${path}`);
      expect([path, answer?.status()]).toEqual([path, 403]);
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('This is not for you to see');
      expect(await page.locator('main').innerText()).not.toContain(person.phone);
    }
  });

  it('leads to sign-in, once somebody was signed out elsewhere, where a page renews itself', async () => {
    const page = await signedInAs('admin');
    await page.goto('/admin/sending');
    const [session] = (await page.context().cookies()).filter(({ name }) => name === 'session');
    await page.context().clearCookies({ name: session?.name });
    await page.waitForURL('**/?next=%2Fadmin%2Fsending');
  });
});
