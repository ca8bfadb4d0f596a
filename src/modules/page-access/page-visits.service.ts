import { Injectable } from '@nestjs/common';
import { hashOfSecret, keyedHash, newSecret, sameText } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import type { DomainError } from '../../common/domain-error.js';
import { type Locale, LOCALES } from '../../common/locale.js';
import type { Role } from '../../common/role.js';
import { HttpConfig } from '../../config/config.js';
import { PageCookies } from '../../platform/pages/page-cookies.js';
import { PageSessions } from '../sessions/page-sessions.service.js';
import type { Principal } from '../sessions/sessions.service.js';

const DAY_SECONDS = 24 * 3_600;
const LANGUAGE_SECONDS = 365 * DAY_SECONDS;
/** As long as a session can last. */
const SESSION_SECONDS = 90 * DAY_SECONDS;

const SESSION = 'session';
const CSRF = 'csrf';
const LANGUAGE = 'language';
const TOLD = 'told';

/** Where a visit comes from. */
export interface VisitAsker {
  readonly address: string;
  readonly network: string;
  readonly userAgent: string | null;
  /** The language that the page is shown in, and messages are written in. */
  readonly locale: Locale;
}

/** Somebody who looks at a page, or sends a form of one. */
export interface Visit {
  /** Whoever is signed in. */
  readonly principal?: Principal;
  readonly asker: VisitAsker;
  readonly locale: Locale;
  /** What was asked for, with its query. */
  readonly path: string;
  /** The page to come back to: this one, or the one whose form was sent. */
  readonly page: string;
  /** What the address names, as a route calls it: `id`. */
  readonly params: Readonly<Record<string, string>>;
  /** What the form was sent with, without its passwords. */
  readonly typed: Readonly<Record<string, unknown>>;
  readonly cookies: PageCookies;
  /** Why the form was refused, where its page is shown again. */
  refusal?: DomainError;
}

/** The same of somebody who is signed in. */
export interface SignedInVisit extends Visit {
  readonly principal: Principal;
}

/** Whoever looks or acts, as the audit log keeps it, and what they may do. */
export interface VisitViewer {
  readonly actorId: string;
  readonly role: Role;
  readonly address: string;
}

/** The parts of a request that make a visit. */
export interface VisitParts {
  readonly cookieHeader: string | undefined;
  readonly path: string;
  readonly page: string;
  readonly params: Readonly<Record<string, string>>;
  readonly typed: Readonly<Record<string, unknown>>;
  /** `locale` as the browser prefers. */
  readonly asker: VisitAsker;
  readonly send: (setCookie: string) => void;
}

/** Knows who is behind the cookies of a browser. */
@Injectable()
export class PageVisits {
  private readonly secure: boolean;
  private readonly key: Buffer;

  constructor(
    private readonly sessions: PageSessions,
    { publicUrl }: HttpConfig,
    root: RootKey,
  ) {
    this.secure = publicUrl.startsWith('https:');
    this.key = root.derive('page forms');
  }

  /** A visit of nobody in particular as yet; nothing is asked for it. */
  begin({ cookieHeader, send, asker, ...request }: VisitParts): Visit {
    const cookies = new PageCookies(cookieHeader, this.secure, send);
    const locale = languageOf(cookies.read(LANGUAGE)) ?? asker.locale;
    return { locale, asker: { ...asker, locale }, ...request, cookies };
  }

  /** The same visit, of whoever is signed in there. */
  async recognise(visit: Visit): Promise<Visit> {
    const principal = await this.sessions.principalOf(visit.cookies.read(SESSION));
    const locale = principal?.person.locale ?? visit.locale;
    return { ...visit, principal, locale, asker: { ...visit.asker, locale } };
  }

  /** Signs the browser in by a session that was just opened; one that it had before ends. */
  async signIn(visit: Visit, tokens: { readonly refreshToken: string }): Promise<void> {
    await this.sessions.end(visit.cookies.read(SESSION));
    visit.cookies.write(SESSION, await this.sessions.adopt(tokens), { maxAge: SESSION_SECONDS });
  }

  async signOut({ cookies }: Visit): Promise<void> {
    await this.sessions.end(cookies.read(SESSION));
    cookies.forget(SESSION);
  }

  speak({ cookies }: Visit, locale: Locale): void {
    cookies.write(LANGUAGE, locale, { maxAge: LANGUAGE_SECONDS });
  }

  /** Leaves a word, the key of a text, for the next page that the browser shows. */
  tell({ cookies }: Visit, key: string): void {
    cookies.write(TOLD, key, { maxAge: 60 });
  }

  /** The word that was left; it is said once. */
  told({ cookies }: Visit): string | undefined {
    const key = cookies.read(TOLD);
    cookies.forget(TOLD);
    return key;
  }

  /** What a form must be sent with: nobody else's page can know it, and it ends with the session it was made in. */
  csrfToken({ cookies }: Visit): string {
    if (secretOf(cookies) === undefined) cookies.write(CSRF, newSecret());
    return this.tokenOf(secretOf(cookies) ?? '');
  }

  /** Whether a form was sent with its token. */
  knows({ cookies }: Visit, token: unknown): boolean {
    const secret = secretOf(cookies);
    return typeof token === 'string' && secret !== undefined && sameText(token, this.tokenOf(secret));
  }

  private tokenOf(secret: string): string {
    return keyedHash(this.key, hashOfSecret(secret)).toString('base64url');
  }
}

/** Of a session its cookie itself: nobody need be asked who is behind it, so that the pages that tell of a failure have forms, too. */
const secretOf = (cookies: PageCookies): string | undefined => cookies.read(SESSION) ?? cookies.read(CSRF);

const languageOf = (text: string | undefined): Locale | undefined => LOCALES.find((locale) => locale === text);

export function viewerOf({ principal, asker }: SignedInVisit): VisitViewer {
  const { id: actorId, role } = principal.person;
  return { actorId, role, address: asker.address };
}
