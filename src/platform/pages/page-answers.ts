import type { Readable } from 'node:stream';

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
    /** A stream is read as fast as the browser takes it, and given up when the browser leaves. */
    readonly body: string | Buffer | Readable,
    /** The name under which browsers save it; shown when left out. */
    readonly fileName?: string,
  ) {}
}

/** What a route of pages answers. */
export type PageAnswer = PageView | PageRedirect | PageContent;

/** So long a path can still be kept in a cookie. */
export const LONGEST_PATH = 1_000;
const BASE = 'http://own.invalid';

/** The path, if it leads to a page of this service; anything else, as another host, is left for `fallback`. */
export function ownPath(path: unknown, fallback = '/'): string {
  const url = isOwn(path) ? URL.parse(path, BASE) : null;
  // Browsers take dots out of a path: `/.//host` would lead to that host in the end.
  const own = url?.origin === BASE && url.pathname + url.search;
  return isOwn(own) ? own : fallback;
}

const isOwn = (path: unknown): path is string =>
  typeof path === 'string' && path.length <= LONGEST_PATH && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path);

/** The address of a page with what of its query is said. */
export function pageAddress(path: string, query: Readonly<Record<string, string | null | undefined>>): string {
  const said = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return said.length === 0 ? path : `${path}?${String(new URLSearchParams(said))}`;
}
