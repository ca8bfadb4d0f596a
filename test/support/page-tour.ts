import type { Cookie, Page } from 'playwright-core';
import type { BrowserStage } from './browser-stage.js';
import { askForCode, signInByPhone } from './page-walks.js';
import type { SmallWorld } from './small-world.js';
import { freshPhone, type User } from './world.js';

/** A page in a state worth looking at. */
export interface Stop {
  /** Of its pictures: `name-390-dark.png`. */
  readonly name: string;
  /** The template that is shown: every one of them is on the tour. */
  readonly view: string;
  readonly path: string | ((people: SmallWorld) => string);
  /** Who looks, signed in; a stranger when left out. */
  readonly as?: keyof SmallWorld;
  readonly language?: 'en' | 'ru';
  /** Of the answer; 200 when left out. */
  readonly status?: number;
  /** What is done at the page before it is looked at. */
  readonly before?: (page: Page, stage: BrowserStage) => Promise<unknown>;
}

/** The page for a code, once the message has gone out and is shown. */
async function waitForCode(page: Page): Promise<void> {
  await askForCode(page, freshPhone());
  await page.locator('#state.sent').waitFor();
  await page.locator('#strip [data-fill]').waitFor();
}

/** Shows what is folded away. */
export const unfold = (page: Page): Promise<unknown> =>
  page.locator('details').evaluateAll((folds) => folds.forEach((fold) => fold.setAttribute('open', '')));

/** The page as it is once the sign-in is too old for what matters most. */
const later =
  (path: string) =>
  async (page: Page, stage: BrowserStage): Promise<void> => {
    await stage.app.advance('11 min');
    await page.goto(path);
    await unfold(page);
  };

const SIGNING_IN: readonly Stop[] = [
  { name: 'sign-in', view: 'sign-in', path: '/' },
  { name: 'sign-in-ru', view: 'sign-in', path: '/', language: 'ru' },
  { name: 'sign-in-invited', view: 'sign-in', path: ({ anna }) => `/i/${anna.inviteCode}` },
  { name: 'confirm', view: 'confirm', path: '/', before: waitForCode },
  { name: 'confirm-ru', view: 'confirm', path: '/', language: 'ru', before: waitForCode },
  { name: 'register', view: 'register', path: '/register' },
  { name: 'password', view: 'password', path: '/password' },
  { name: 'forgot', view: 'forgot', path: '/forgot' },
  { name: 'missing', view: 'refused', path: '/nowhere', status: 404 },
];

const OWN: readonly Stop[] = [
  { name: 'profile', view: 'profile', path: '/profile', as: 'anna' },
  { name: 'profile-new', view: 'profile', path: '/profile', as: 'newcomer', before: unfold },
  { name: 'profile-ru', view: 'profile', path: '/profile', as: 'anna', language: 'ru', before: unfold },
  { name: 'profile-delete', view: 'delete', path: '/profile/delete', as: 'anna' },
  { name: 'profile-devices', view: 'devices', path: '/profile/devices', as: 'anna' },
  { name: 'profile-invitees', view: 'invitees', path: '/profile/invitees', as: 'anna' },
  { name: 'profile-invitees-none', view: 'invitees', path: '/profile/invitees', as: 'newcomer' },
];

const person =
  (who: keyof SmallWorld, way = '') =>
  (people: SmallWorld): string =>
    `/admin/people/${people[who].id}${way}`;

const PEOPLE: readonly Stop[] = [
  { name: 'admin-people', view: 'people', path: '/admin/people', as: 'admin' },
  { name: 'admin-people-nobody', view: 'people', path: '/admin/people?q=nobody', as: 'admin' },
  { name: 'admin-people-ru', view: 'people', path: '/admin/people', as: 'admin', language: 'ru' },
  { name: 'admin-person', view: 'person', path: person('anna'), as: 'admin' },
  { name: 'admin-person-blocked', view: 'person', path: person('blocked'), as: 'admin' },
  { name: 'admin-person-moderator', view: 'person', path: person('anna'), as: 'moderator' },
  { name: 'admin-person-delete', view: 'person-delete', path: person('blocked', '/delete'), as: 'admin' },
  { name: 'admin-forbidden', view: 'refused', path: '/admin/audit', as: 'moderator', status: 403 },
];

const REFERRALS: readonly Stop[] = [
  { name: 'admin-referrals', view: 'statistics', path: '/admin/referrals', as: 'admin' },
  { name: 'admin-referrals-ru', view: 'statistics', path: '/admin/referrals', as: 'admin', language: 'ru' },
  { name: 'admin-leaderboard', view: 'leaderboard', path: '/admin/referrals/leaderboard', as: 'moderator' },
  { name: 'admin-tree', view: 'tree', path: ({ anna }) => `/admin/referrals/tree/${anna.id}`, as: 'moderator' },
  { name: 'admin-signals', view: 'signals', path: '/admin/referrals/signals', as: 'moderator' },
];

const OPERATIONS: readonly Stop[] = [
  { name: 'admin-messages', view: 'messages', path: '/admin/messages', as: 'admin' },
  {
    name: 'admin-messages-person',
    view: 'messages',
    path: ({ anna }) => `/admin/messages?person=${anna.id}`,
    as: 'admin',
  },
  { name: 'admin-sending', view: 'sending', path: '/admin/sending', as: 'admin' },
  { name: 'admin-sending-ru', view: 'sending', path: '/admin/sending', as: 'admin', language: 'ru' },
  { name: 'admin-audit', view: 'audit', path: '/admin/audit', as: 'admin' },
];

const INBOX: readonly Stop[] = [
  { name: 'inbox', view: 'inbox', path: '/inbox' },
  { name: 'inbox-ru', view: 'inbox', path: '/inbox', language: 'ru' },
  { name: 'inbox-nothing-found', view: 'inbox', path: '/inbox?q=nothing+of+the+kind' },
];

const LATER: readonly Stop[] = [
  { name: 'profile-later', view: 'profile', path: '/profile', as: 'anna', before: later('/profile') },
  { name: 'again', view: 'again', path: '/profile', as: 'anna', before: later('/again?next=/profile') },
];

/** Every page there is. */
export const TOUR: readonly Stop[] = [
  ...SIGNING_IN,
  ...OWN,
  ...PEOPLE,
  ...REFERRALS,
  ...OPERATIONS,
  ...INBOX,
  ...LATER,
];

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
    await before?.(page, this.stage);
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
