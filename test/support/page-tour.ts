import type { Cookie, Page } from 'playwright-core';
import type { BrowserStage } from './browser-stage.js';
import { askForCode, signInByPhone } from './page-walks.js';
import type { SmallWorld } from './small-world.js';
import { freshPhone, type User } from './world.js';

/** A page in a state worth looking at. */
export interface Stop {
  /** Of its pictures: `name-390-dark.png`. */
  readonly name: string;
  readonly path: string | ((people: SmallWorld) => string);
  /** Who looks, signed in; a stranger when left out. */
  readonly as?: keyof SmallWorld;
  readonly language?: 'en' | 'ru';
  /** Of the answer; 200 when left out. */
  readonly status?: number;
  /** What is done at the page before it is looked at. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** The page for a code, once the message has gone out and is shown. */
async function waitForCode(page: Page): Promise<void> {
  await askForCode(page, freshPhone());
  await page.locator('#state.sent').waitFor();
  await page.locator('#strip [data-fill]').waitFor();
}

/** Shows what is folded away. */
const unfold = (page: Page): Promise<unknown> =>
  page.locator('details').evaluateAll((folds) => folds.forEach((fold) => fold.setAttribute('open', '')));

const SIGNING_IN: readonly Stop[] = [
  { name: 'sign-in', path: '/' },
  { name: 'sign-in-ru', path: '/', language: 'ru' },
  { name: 'sign-in-invited', path: ({ anna }) => `/i/${anna.inviteCode}` },
  { name: 'confirm', path: '/', before: waitForCode },
  { name: 'confirm-ru', path: '/', language: 'ru', before: waitForCode },
  { name: 'register', path: '/register' },
  { name: 'password', path: '/password' },
  { name: 'forgot', path: '/forgot' },
  { name: 'missing', path: '/nowhere', status: 404 },
];

const OWN: readonly Stop[] = [
  { name: 'profile', path: '/profile', as: 'anna' },
  { name: 'profile-new', path: '/profile', as: 'newcomer', before: unfold },
  { name: 'profile-ru', path: '/profile', as: 'anna', language: 'ru', before: unfold },
  { name: 'profile-delete', path: '/profile/delete', as: 'anna' },
  { name: 'profile-devices', path: '/profile/devices', as: 'anna' },
  { name: 'profile-invitees', path: '/profile/invitees', as: 'anna' },
  { name: 'profile-invitees-none', path: '/profile/invitees', as: 'newcomer' },
  { name: 'again', path: '/again?next=/profile', as: 'anna' },
];

const person =
  (who: keyof SmallWorld, way = '') =>
  (people: SmallWorld): string =>
    `/admin/people/${people[who].id}${way}`;

const PEOPLE: readonly Stop[] = [
  { name: 'admin-people', path: '/admin/people', as: 'admin' },
  { name: 'admin-people-nobody', path: '/admin/people?q=nobody', as: 'admin' },
  { name: 'admin-people-ru', path: '/admin/people', as: 'admin', language: 'ru' },
  { name: 'admin-person', path: person('anna'), as: 'admin' },
  { name: 'admin-person-blocked', path: person('blocked'), as: 'admin' },
  { name: 'admin-person-moderator', path: person('anna'), as: 'moderator' },
  { name: 'admin-person-delete', path: person('blocked', '/delete'), as: 'admin' },
  { name: 'admin-forbidden', path: '/admin/audit', as: 'moderator', status: 403 },
];

const REFERRALS: readonly Stop[] = [
  { name: 'admin-referrals', path: '/admin/referrals', as: 'admin' },
  { name: 'admin-referrals-ru', path: '/admin/referrals', as: 'admin', language: 'ru' },
  { name: 'admin-leaderboard', path: '/admin/referrals/leaderboard', as: 'moderator' },
  { name: 'admin-tree', path: ({ anna }) => `/admin/referrals/tree/${anna.id}`, as: 'moderator' },
  { name: 'admin-signals', path: '/admin/referrals/signals', as: 'moderator' },
];

const OPERATIONS: readonly Stop[] = [
  { name: 'admin-messages', path: '/admin/messages', as: 'admin' },
  { name: 'admin-messages-person', path: ({ anna }) => `/admin/messages?person=${anna.id}`, as: 'admin' },
  { name: 'admin-sending', path: '/admin/sending', as: 'admin' },
  { name: 'admin-sending-ru', path: '/admin/sending', as: 'admin', language: 'ru' },
  { name: 'admin-audit', path: '/admin/audit', as: 'admin' },
];

const INBOX: readonly Stop[] = [
  { name: 'inbox', path: '/inbox' },
  { name: 'inbox-ru', path: '/inbox', language: 'ru' },
  { name: 'inbox-nothing-found', path: '/inbox?q=nothing+of+the+kind' },
];

/** Every page there is. */
export const TOUR: readonly Stop[] = [...SIGNING_IN, ...OWN, ...PEOPLE, ...REFERRALS, ...OPERATIONS, ...INBOX];

/** Goes from stop to stop; each of the people signs in once, whatever they look at. */
export class Tour {
  private readonly cookies = new Map<User, Cookie[]>();

  /** @param stage one on which people may get a code right after another */
  constructor(
    private readonly stage: BrowserStage,
    private readonly people: SmallWorld,
  ) {}

  /** A browser at the page, ready to be looked at. @throws when it was not answered as it should be */
  async stopAt({ path, as, language, before, status = 200 }: Stop): Promise<Page> {
    const { page, context } = await this.stage.aBrowser({ language });
    if (as) await context.addCookies(await this.cookiesOf(this.people[as]));
    const answer = await page.goto(typeof path === 'string' ? path : path(this.people));
    if (answer?.status() !== status) throw new Error(`${page.url()} was answered ${answer?.status()}`);
    await before?.(page);
    return page;
  }

  private async cookiesOf(person: User): Promise<Cookie[]> {
    const known = this.cookies.get(person);
    if (known) return known;
    const { page, context } = await this.stage.aBrowser();
    await signInByPhone(this.stage, page, person.phone);
    const own = await context.cookies();
    this.cookies.set(person, own);
    return own;
  }
}
