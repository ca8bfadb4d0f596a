import type { HttpConfig } from '../../config/config.js';
import type { PageSessions } from '../sessions/page-sessions.service.js';
import type { Principal } from '../sessions/sessions.service.js';
import { PageVisits, type Visit } from './page-visits.service.js';
import { RootKey } from '../../platform/root-key/root-key.js';

const ASKER = { address: '192.0.2.1', network: '192.0.2.0/24', userAgent: null, locale: 'en' } as const;
const ROOT = new RootKey('a secret of the application, thirty-two');

/** Sessions by their cookie; those of Boris are in Russian. */
const SESSIONS: Readonly<Record<string, unknown>> = {
  annas: { sessionId: 'one', person: { locale: null } },
  annasOther: { sessionId: 'two', person: { locale: null } },
  boris: { sessionId: 'three', person: { locale: 'ru' } },
};

describe('A visit', () => {
  let jar: Map<string, string>;
  let ended: (string | undefined)[];
  let visits: PageVisits;

  beforeEach(() => {
    jar = new Map();
    ended = [];
    const sessions = {
      principalOf: (cookie = '') => Promise.resolve(SESSIONS[cookie] as Principal | undefined),
      end: (cookie?: string) => Promise.resolve(ended.push(cookie)),
      adopt: () => Promise.resolve('annasOther'),
    } as unknown as PageSessions;
    visits = new PageVisits(sessions, { publicUrl: 'https://id.example.org' } as HttpConfig, ROOT);
  });

  /** @param cookies of the browser; those that are sent are kept in it */
  async function visit(cookies: Map<string, string> = jar): Promise<Visit> {
    const cookieHeader = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const send = (setCookie: string) => {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    };
    return visits.recognise(
      visits.begin({ cookieHeader, path: '/', page: '/', params: {}, typed: {}, asker: ASKER, send }),
    );
  }

  const signedInBy = (cookie: string) => jar.set('__Host-session', cookie);

  describe('knows the token of a form', () => {
    it('of a page that was shown to the same browser, signed out or in', async () => {
      const signedOut = visits.csrfToken(await visit());
      expect(visits.knows(await visit(), signedOut)).toBe(true);
      signedInBy('annas');
      const signedIn = visits.csrfToken(await visit());
      expect(visits.knows(await visit(), signedIn)).toBe(true);
    });

    it('but not of another browser', async () => {
      const token = visits.csrfToken(await visit(new Map()));
      await visit();
      visits.csrfToken(await visit());
      expect(visits.knows(await visit(), token)).toBe(false);
    });

    it('but not of another session, nor from before whoever uses it signed in', async () => {
      const before = visits.csrfToken(await visit());
      signedInBy('annas');
      const annas = visits.csrfToken(await visit());
      expect(visits.knows(await visit(), before)).toBe(false);
      signedInBy('annasOther');
      expect(visits.knows(await visit(), annas)).toBe(false);
      jar.delete('__Host-session');
      expect(visits.knows(await visit(), annas)).toBe(false);
    });

    it('but not where the browser has no cookie to go with it, nor without one, nor a part of it', async () => {
      const token = visits.csrfToken(await visit());
      expect(visits.knows(await visit(new Map()), token)).toBe(false);
      for (const other of [undefined, '', null, [token], token.slice(1), `${token}=`])
        expect(visits.knows(await visit(), other)).toBe(false);
    });

    it('but not where a domain around this host has set the cookie', async () => {
      const theirs = new Map<string, string>();
      const token = visits.csrfToken(await visit(theirs));
      const injected = new Map([['csrf', theirs.get('__Host-csrf') ?? '']]);
      expect(visits.knows(await visit(injected), token)).toBe(false);
    });

    it('which does not give away the secret in the cookie', async () => {
      const token = visits.csrfToken(await visit());
      expect(jar.get('__Host-csrf')).toHaveLength(22);
      expect(token).not.toContain(jar.get('__Host-csrf'));
    });
  });

  it('is in the language of the person, else of the browser’s choice, else as it prefers', async () => {
    expect((await visit()).locale).toBe('en');
    visits.speak(await visit(), 'ru');
    expect(await visit()).toMatchObject({ locale: 'ru', asker: { locale: 'ru' } });
    jar.set('__Host-language', 'tlh');
    expect((await visit()).locale).toBe('en');
    signedInBy('boris');
    expect(await visit()).toMatchObject({ locale: 'ru', asker: { locale: 'ru' } });
  });

  it('that signs in ends the session that the browser had', async () => {
    signedInBy('annas');
    await visits.signIn(await visit(), { refreshToken: 'x' });
    expect([ended, jar.get('__Host-session')]).toEqual([['annas'], 'annasOther']);
  });

  it('is told once what was done before', async () => {
    visits.tell(await visit(), 'told.signedOut');
    expect(visits.told(await visit())).toBe('told.signedOut');
    expect(visits.told(await visit())).toBeUndefined();
  });
});
