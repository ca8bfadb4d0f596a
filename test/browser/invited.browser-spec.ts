import { expectAccessible } from '../support/accessible.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { askForCode, giveCode, pathOf, sendForm, signInByPhone } from '../support/page-walks.js';
import { freshPhone } from '../support/world.js';

const SEES = 'Whoever invited you will see your phone and your name.';

describe('Coming by an invite link', () => {
  const stage = useBrowserStage();

  it('shows the code on the way, activates it with the sign-in, and shows the inviter who came', async () => {
    const inviter = await stage().aBrowser();
    await signInByPhone(stage(), inviter.page, freshPhone());
    const link = await inviter.page.getByLabel('Link to share').inputValue();
    const [inviteCode = ''] = /[^/]+$/.exec(link) ?? [];

    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await page.goto(link);
    const invitation = page.getByRole('complementary', { name: 'Invitation' });
    expect(await invitation.innerText()).toContain(inviteCode);
    expect(await invitation.innerText()).toContain(SEES);
    await expectAccessible(page);
    await askForCode(page, phone);
    expect(await invitation.innerText()).toContain(SEES);
    await giveCode(page, await stage().codeOf(phone));
    expect(await page.locator('#invite').innerText()).toMatch(`You came by the invite code ${inviteCode}`);

    await inviter.page.reload();
    await inviter.page.getByRole('link', { name: '1 person came by your code' }).click();
    await inviter.page.waitForURL('**/profile/invitees');
    const digits = (await inviter.page.locator('main').innerText()).replace(/\D/g, '');
    expect(digits).toContain(phone.slice(1));
  });

  it('lets the invitation be removed, and then activates nothing', async () => {
    const inviter = await stage().world.aUser();
    const phone = freshPhone();
    const { page } = await stage().aBrowser();
    await page.goto(`/i/${inviter.inviteCode}`);
    await sendForm(page, '/invite/forget');
    expect(pathOf(page)).toBe('/');
    expect(await page.locator('main').innerText()).not.toContain(inviter.inviteCode);
    await signInByPhone(stage(), page, phone);
    expect(await page.locator('#invite').innerText()).not.toContain('You came by');
    expect((await inviter.api.ownReferrals()).body.invitees.total).toBe(0);
  });

  it('activates a code that is typed in the profile, once, having said who will see the phone', async () => {
    const inviter = await stage().world.aUser();
    const { page } = await stage().aBrowser();
    await signInByPhone(stage(), page, freshPhone());
    const invite = page.locator('#invite');
    expect(await invite.innerText()).toContain('Its owner will see your phone and your name.');
    await sendForm(page, '/profile/invite', { inviteCode: 'NOBODY' });
    expect(await page.locator('[name="inviteCode"]').inputValue()).toBe('NOBODY');
    expect(await page.getByRole('alert').innerText()).not.toBe('');
    await sendForm(page, '/profile/invite', { inviteCode: inviter.inviteCode.toLowerCase() });
    expect(await invite.innerText()).toMatch(`You came by the invite code ${inviter.inviteCode}`);
    expect(await page.locator('[name="inviteCode"]').count()).toBe(0);
  });
});
