import { parseCookie, stringifySetCookie } from 'cookie';

/** Names the cookies of pages: `__Host-` keeps other hosts of the domain from setting them, and browsers take it by https only. */
export const cookieName = (name: string, secure: boolean): string => (secure ? `__Host-${name}` : name);

export interface CookieOptions {
  /** Seconds; until the browser closes when left out. */
  readonly maxAge?: number;
}

/** The cookies of one visit. What is written is sent with the answer, and read from then on. */
export class PageCookies {
  private readonly known: Record<string, string | undefined>;

  /**
   * @param header `Cookie` of the request
   * @param send takes each `Set-Cookie`
   */
  constructor(
    header: string | undefined,
    private readonly secure: boolean,
    private readonly send: (setCookie: string) => void,
  ) {
    this.known = { ...parseCookie(header ?? '') };
  }

  /** An empty one is none. */
  read(name: string): string | undefined {
    const value = this.known[cookieName(name, this.secure)];
    return value === '' ? undefined : value;
  }

  write(name: string, value: string, { maxAge }: CookieOptions = {}): void {
    const full = cookieName(name, this.secure);
    this.known[full] = value;
    this.send(
      stringifySetCookie({
        name: full,
        value,
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: this.secure,
        maxAge,
      }),
    );
  }

  forget(name: string): void {
    if (this.read(name) === undefined) return;
    this.write(name, '', { maxAge: 0 });
    this.known[cookieName(name, this.secure)] = undefined;
  }
}
