import { expectAccessible } from '../support/accessible.js';
import type { Browsing } from '../support/browsing.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { pathOf, sendForm, signInByPhone, told } from '../support/page-walks.js';
import { freshPhone } from '../support/world.js';

describe('The devices of a person', () => {
  // The second device is signed in right after the first.
  const stage = useBrowserStage({ LIMIT_CODE_GAP_SECONDS: '1' });

  async function twoDevices(): Promise<readonly [Browsing, Browsing]> {
    const phone = freshPhone();
    const [first, second] = [await stage().aBrowser(), await stage().aBrowser()];
    await signInByPhone(stage(), first.page, phone);
    await stage().app.advance('2 s');
    await signInByPhone(stage(), second.page, phone);
    return [first, second];
  }

  it('are ended from another one, which leads them to sign-in at their next step', async () => {
    const [{ page }, second] = await twoDevices();
    await page.getByRole('link', { name: 'Devices where you are signed in' }).click();
    expect(await page.locator('.rows > li').count()).toBe(2);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await page.locator('.notice.good').waitFor();
    expect(await page.locator('.rows > li').count()).toBe(1);

    await second.page.getByRole('link', { name: 'Profile' }).click();
    await second.page.waitForURL('/?next=%2Fprofile');
    expect(await told(second.page)).toBe('Sign in first.');
    await page.goto('/profile');
    expect(pathOf(page)).toBe('/profile');
  });

  it('are ended all but this one, and what they were about to send is not done', async () => {
    const [{ page }, second] = await twoDevices();
    await page.goto('/profile/devices');
    await sendForm(page, '/profile/devices/end-others');
    await sendForm(second.page, '/profile/fields', { city: 'Kazan' });
    expect(pathOf(second.page)).toBe('/');
    await page.goto('/profile');
    expect(await page.locator('[name="city"]').inputValue()).toBe('');
  });
});
