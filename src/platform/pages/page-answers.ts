/** A page to be shown. */
export class PageView {
  constructor(
    /** Its template: `sign-in` is `views/pages/sign-in.hbs`. */
    readonly view: string,
    readonly model: object = {},
    readonly status = 200,
  ) {}
}

/** Another page of ours to go to, by GET. */
export class PageRedirect {
  constructor(
    readonly to: string,
    /** Key of the text that tells there what was done. */
    readonly told?: string,
  ) {}
}

/** Something that a page loads: a picture, a file, what its script asks for. */
export class PageContent {
  constructor(
    readonly type: string,
    readonly body: string | Buffer,
    /** The name under which browsers save it; shown when left out. */
    readonly fileName?: string,
  ) {}
}

/** What a route of pages answers. */
export type PageAnswer = PageView | PageRedirect | PageContent;

/** The path, if it leads to a page of this service; anything else, as another host, is left for `fallback`. */
export function ownPath(path: unknown, fallback = '/'): string {
  if (typeof path !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(path) || path.includes('\\')) return fallback;
  const base = 'http://own.invalid';
  const url = URL.parse(path, base);
  // Dots that are worked out may leave two slashes in front: `/..//host`.
  return url?.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search : fallback;
}
