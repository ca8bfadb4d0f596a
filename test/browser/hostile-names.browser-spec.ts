import type { Page } from 'playwright-core';
import { useBrowserStage } from '../support/browser-stage.js';
import { expectToFit } from '../support/fitting.js';
import { makeInvited } from '../support/invited.js';
import { pathOf, sendForm, signInByPhone } from '../support/page-walks.js';
import { freshPhone } from '../support/world.js';

const SCRIPT = '<script>alert(1)</script>';
/** Turns what follows it around, where it is let out of its place. */
const OVERRIDE = 'Anna \u{202e}gnp.exe';
const LONGEST = 'W'.repeat(100);
const ENDLESS = 'x'.repeat(10_000);

const shown = { firstName: SCRIPT, lastName: OVERRIDE } as const;

describe('Hostile names', () => {
  const stage = useBrowserStage();
  let page: Page;
  /** An admin with such a name, so that it is on every page of theirs. */
  let adminId: string;
  let inviteeId: string;

  beforeEach(async () => {
    const phone = freshPhone();
    ({ page } = await stage().aBrowser());
    await signInByPhone(stage(), page, phone);
    await stage().staff(phone, 'admin');
    const { sql } = stage().app;
    const [person] = await sql<{ id: string }>(
      // Past the forms, which let nothing in that turns text around.
      'UPDATE users SET first_name = $2, last_name = $3, city = $4 WHERE phone = $1 RETURNING id',
      [phone, SCRIPT, OVERRIDE, LONGEST],
    );
    adminId = person?.id ?? '';
    const invited = await makeInvited(stage().app, adminId, [shown, { firstName: LONGEST, lastName: LONGEST }]);
    inviteeId = invited[0]?.id ?? '';
    await makeInvited(stage().app, inviteeId, [shown]);
    // Something to read in the audit log, done by such a person to another.
    await page.goto(`/admin/people/${inviteeId}`);
    await sendForm(page, `/admin/people/${inviteeId}/end-sessions`);
  });

  /** How often they stand in the page itself. Fails when they are anything but text, or turn what stands around them. */
  async function namesAt(at: string): Promise<number> {
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(at);
    const { names, ...harm } = await page.evaluate(namesOnPage, '\u{202e}');
    expect({ at, dialogs, ...harm }).toEqual({ at, dialogs: [], scripts: 0, loose: [] });
    await expectToFit(page);
    return names;
  }

  it('are text and stay in their place on every page that shows them', async () => {
    const person = `/admin/people/${inviteeId}`;
    const showing = ['/profile', '/profile/invitees', '/admin/people', person, `${person}/delete`, '/admin/audit'];
    const referrals = ['/admin/referrals/leaderboard', `/admin/referrals/tree/${adminId}`];
    const messages = `/admin/messages?person=${inviteeId}`;
    for (const at of [...showing, ...referrals, messages]) expect([at, await namesAt(at)]).not.toEqual([at, 0]);
  });

  it('do no harm at the bottom of the other pages', async () => {
    for (const at of ['/profile/devices', '/admin/referrals', '/admin/referrals/signals', '/admin/sending', '/inbox'])
      await namesAt(at);
  });

  it('of 10 000 characters are refused by the form, which keeps them and still fits', async () => {
    for (const [at, action] of [
      ['/profile', '/profile/fields'],
      [`/admin/people/${inviteeId}`, `/admin/people/${inviteeId}`],
    ] as const) {
      await page.goto(at);
      const form = page.locator(`form[action="${action}"]`);
      const lastName = form.locator('[name="lastName"]');
      // The browser would cut them off.
      await lastName.evaluate((input) => input.removeAttribute('maxlength'));
      await sendForm(page, action, { lastName: ENDLESS, city: SCRIPT });
      expect((await lastName.inputValue()).length).toBe(ENDLESS.length);
      expect(await form.locator('[name="city"]').inputValue()).toBe(SCRIPT);
      expect(await page.locator('#lastName-says').innerText()).toContain('at most 100');
      await expectToFit(page);
    }
  });

  it('in a search of 10 000 characters or of marks are harmless', async () => {
    for (const path of ['/inbox', '/admin/people']) {
      for (const q of [ENDLESS, SCRIPT, OVERRIDE]) {
        const answer = await page.goto(`${path}?q=${encodeURIComponent(q)}`);
        expect(answer?.status()).toBeLessThan(500);
        expect(pathOf(page)).toBe(path);
        expect(await page.locator('body script').count()).toBe(0);
        await expectToFit(page);
      }
    }
  });
});

/** Runs in the page. @param override a mark that only the hostile names have; text that bears it belongs in an element of its own */
function namesOnPage(override: string): { names: number; scripts: number; loose: string[] } {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const loose: string[] = [];
  let names = 0;
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.textContent?.includes(override)) continue;
    if (node.parentElement?.closest('main')) names += 1;
    const kept = node.parentElement?.closest('bdi, [dir="auto"], option, title');
    if (!kept) loose.push(node.textContent.trim());
  }
  return { names, scripts: document.querySelectorAll('body script').length, loose };
}
