import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { Roles } from '../../common/http/access.decorators.js';
import { Forbidden, Unauthenticated } from '../../common/http/http.errors.js';
import type { HttpConfig } from '../../config/config.js';
import { TakesUpload } from '../../platform/http-edge/uploads.js';
import type { PageSessions } from '../sessions/page-sessions.service.js';
import { FormNotOurs } from './page-access.errors.js';
import { Open } from './page.decorators.js';
import { PageGuard, type PageRequest } from './page.guard.js';
import { PageVisits } from './page-visits.service.js';
import { RootKey } from '../../platform/root-key/root-key.js';

const HTTP = { publicUrl: 'https://id.example.org/accounts' } as HttpConfig;
const ROOT = new RootKey('a secret of the application, thirty-two');

class Pages {
  @Open()
  open(): void {
    throw new Error('not called');
  }

  closed(): void {
    throw new Error('not called');
  }

  @Roles('admin')
  admins(): void {
    throw new Error('not called');
  }

  @TakesUpload('avatar')
  upload(): void {
    throw new Error('not called');
  }
}

interface Asked {
  readonly route?: keyof Pages;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  readonly role?: string;
}

const HERE = { 'sec-fetch-site': 'same-origin' };

describe('The guard of pages', () => {
  let visits: PageVisits;
  let guard: PageGuard;
  let request: PageRequest;
  let role: string | undefined;
  let cookie = '';

  beforeEach(() => {
    const principalOf = () => Promise.resolve(role && { sessionId: 'one', person: { role, locale: null } });
    visits = new PageVisits({ principalOf } as unknown as PageSessions, HTTP, ROOT);
    guard = new PageGuard(new Reflector(), visits, HTTP);
  });

  function asks({ route = 'open', method = 'POST', headers = HERE, body = {}, role: as }: Asked): Promise<boolean> {
    role = as;
    request = {
      method,
      url: '/there?a=b',
      ip: '192.0.2.1',
      headers: { cookie, ...headers },
      body,
      routeOptions: { config: { takesUpload: route === 'upload' ? 'avatar' : undefined } },
    } as unknown as PageRequest;
    const reply = { header: (_: string, set: string) => (cookie = set.split(';')[0] ?? '') };
    return guard.canActivate({
      switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply as unknown as FastifyReply }),

      getHandler: () => Pages.prototype[route],
      getClass: () => Pages,
    } as unknown as ExecutionContext);
  }

  /** The token of a page that was shown to the same person. */
  async function token(as?: string): Promise<string> {
    await asks({ method: 'GET', headers: {}, role: as });
    return visits.csrfToken(request.visit);
  }

  it('lets everybody see an open page, and nobody else than it is for any other', async () => {
    const sees = (route: keyof Pages, as?: string) => asks({ route, method: 'GET', headers: {}, role: as });
    expect(await sees('open')).toBe(true);
    await expect(sees('closed')).rejects.toThrow(Unauthenticated);
    expect(await sees('closed', 'user')).toBe(true);
    await expect(sees('admins')).rejects.toThrow(Unauthenticated);
    await expect(sees('admins', 'moderator')).rejects.toThrow(Forbidden);
    expect(await sees('admins', 'admin')).toBe(true);
  });

  it('takes a form with its token from a page of this host', async () => {
    expect(await asks({ body: { csrf: await token() } })).toBe(true);
    expect(await asks({ route: 'admins', body: { csrf: await token('admin') }, role: 'admin' })).toBe(true);
  });

  it.each<[string, Asked['headers']]>([
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from another host of the domain', { 'sec-fetch-site': 'same-site' }],
    ['from no page', { 'sec-fetch-site': 'none' }],
    ['from another site that claims our origin', { 'sec-fetch-site': 'cross-site', origin: 'https://id.example.org' }],
    ['that says nothing of where it comes from', {}],
    ['of another origin, where that is all that is said', { origin: 'https://evil.example' }],
    ['of an origin that begins with ours', { origin: 'https://id.example.org.evil.example' }],
    ['of our host by http', { origin: 'http://id.example.org' }],
    ['of an origin that is kept secret', { origin: 'null' }],
  ])('takes no form %s', async (_, headers) => {
    await expect(asks({ headers, body: { csrf: await token() } })).rejects.toThrow(FormNotOurs);
  });

  it('asks for the origin where the browser does not tell the site', async () => {
    expect(await asks({ headers: { origin: 'https://id.example.org' }, body: { csrf: await token() } })).toBe(true);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('takes no %s without the token', async (method) => {
    await token();
    await expect(asks({ method })).rejects.toThrow(FormNotOurs);
  });

  it('keeps even an upload, whose token comes later, from other sites and from whoever is not signed in', async () => {
    await expect(asks({ route: 'upload', headers: {}, role: 'user' })).rejects.toThrow(FormNotOurs);
    await expect(asks({ route: 'upload' })).rejects.toThrow(Unauthenticated);
    expect(await asks({ route: 'upload', role: 'user' })).toBe(true);
  });

  it('hands on neither the token to the route, nor what is secret to the page that is shown again', async () => {
    const typed = { contact: 'a', password: 'b', newPassword: 'c', currentPassword: 'd', code: '1234' };
    await asks({ body: { csrf: await token(), ...typed } });
    expect(request.body).toEqual(typed);
    expect(request.visit.typed).toEqual({ contact: 'a' });
  });

  it('knows the page that a form was sent from by its path alone', async () => {
    const from = async (referer: string) => {
      await asks({ headers: { ...HERE, referer }, body: { csrf: await token() } });
      return request.visit.page;
    };
    expect(await from('https://id.example.org/profile?a=b')).toBe('/profile?a=b');
    expect(await from('https://id.example.org/..//evil.example')).toBe('/');
    expect(await from('nonsense')).toBe('/');
    expect(request.visit.path).toBe('/there?a=b');
  });
});
