import { APP_CONFIG } from '../../../test/support/app-config.js';
import hbs from 'hbs';
import { templates, possible } from '../../../test/support/page-templates.js';
import { LOCALES } from '../../common/locale.js';
import { registerHelpers } from './page-helpers.js';
import { type PageFrame, PageRenderer } from './page-renderer.js';

const HOSTILE = '"><script>alert(1)</script>{{t "x"}}\u202e';

const renderer = new PageRenderer(APP_CONFIG);
const signedOut: PageFrame = { locale: 'en', path: '/', csrfToken: 'the-token', inboxIsOpen: false };
const admin: PageFrame = {
  ...signedOut,
  inboxIsOpen: true,
  viewer: { name: 'Anna', isStaff: true, isAdmin: true },
  told: 'told.signedIn',
};

describe('Every template of the pages', () => {
  it('calls only what it may call', () => {
    const { handlebars } = hbs.create();
    registerHelpers(handlebars, renderer);
    const known = new Set(Object.keys(handlebars.helpers));
    const calls = templates().flatMap((template) => template.calls);
    expect(calls.filter(({ name }) => !known.has(name))).toEqual([]);
    expect(calls.length).toBeGreaterThan(300);
  });

  it('holds only parts that there are', () => {
    const all = templates();
    const known = new Set(all.map(({ name }) => name));
    const held = all.flatMap(({ partials }) => partials.map((partial) => `partials/${partial}`));
    expect(held.filter((partial) => !known.has(partial))).toEqual([]);
  });

  it('loads only what is served', () => {
    const calls = templates().flatMap((template) => template.calls);
    const loaded = calls.filter(({ name }) => name === 'asset').flatMap(({ params: [name] }) => possible(name));
    for (const name of loaded) expect(renderer.assets.urlOf(name)).toMatch(/^\/assets\/[0-9a-f]{16}\//);
    expect(() => renderer.assets.urlOf('nothing.css')).toThrow('no asset “nothing.css”');
  });

  it('sends each of its forms with the token, by POST; searches that change nothing go by GET', () => {
    for (const view of renderer.views) {
      const html = rendered(view, admin);
      for (const [form = ''] of html.matchAll(/<form [^]*?<\/form>/g)) {
        const posts = /^<form [^>]*method="post"/.test(form);
        expect([view, form.includes('name="csrf" value="the-token"')]).toEqual([view, posts]);
      }
    }
  });

  describe.each(LOCALES)('in %s', (locale) => {
    it.each(renderer.views)('makes %s a page, whoever looks at it and however little is known', (view) => {
      for (const frame of [signedOut, admin]) {
        const html = rendered(view, { ...frame, locale });
        expect(html).toMatch(new RegExp(`^<!doctype html>\\n<html lang="${locale}">[^]*</html>\\n$`));
        // What the strict policy would not let run or style.
        expect(html).not.toMatch(/<script(?! type="module" src="\/assets\/)|<style|\sstyle=|\son[a-z]+=|https?:\/\//i);
      }
    });
  });
});

describe('The frame of every page', () => {
  it('escapes whatever people typed', () => {
    const frame = {
      ...admin,
      path: HOSTILE,
      viewer: { name: HOSTILE, isStaff: false, isAdmin: false },
      form: { path: '/', values: { contact: HOSTILE }, errors: { contact: HOSTILE }, problem: HOSTILE },
    };
    const html = renderer.render('sign-in', { invite: HOSTILE }, frame);
    expect(html.split('&lt;script&gt;alert(1)').length).toBeGreaterThan(5);
    expect(html).not.toContain('<script>alert');
  });

  it('shows the menu of staff to nobody else', () => {
    const menuOf = (frame: PageFrame) =>
      [...rendered('sign-in', frame).matchAll(/<li><a href="([^"]+)"/g)].map(([, to]) => to);
    expect(menuOf(signedOut)).toEqual([]);
    expect(menuOf({ ...admin, viewer: { name: 'A', isStaff: false, isAdmin: false } })).toEqual(['/profile', '/inbox']);
    expect(menuOf(admin)).toEqual(['/profile', '/admin', '/inbox']);
  });
});

/** A page of which nothing is known: whichever text its model would choose stands for itself. */
function rendered(view: string, frame: PageFrame): string {
  const { texts } = renderer;
  const spy = jest.spyOn(texts, 'text').mockImplementation((_, key) => `[${key}]`);
  try {
    return renderer.render(view, {}, frame);
  } finally {
    spy.mockRestore();
  }
}
