import { PageCookies } from './page-cookies.js';

describe('The cookies of pages', () => {
  let sent: string[];
  const cookies = (header: string | undefined, secure: boolean) =>
    new PageCookies(header, secure, (setCookie) => void sent.push(setCookie));

  beforeEach(() => {
    sent = [];
  });

  it('are of this host alone by https, and nothing that a script can read or another site can send', () => {
    cookies(undefined, true).write('session', 'abc', { maxAge: 60 });
    const [cookie = '', ...attributes] = (sent[0] ?? '').split('; ');
    expect(cookie).toBe('__Host-session=abc');
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=60', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  it('have a plain name by http, where browsers take no other, and are otherwise the same', () => {
    cookies(undefined, false).write('session', 'abc');
    expect(sent).toEqual(['session=abc; Path=/; HttpOnly; SameSite=Lax']);
  });

  it('are not taken by https from whoever could set them for the whole domain', () => {
    expect(cookies('session=theirs', true).read('session')).toBeUndefined();
    expect(cookies('session=theirs; __Host-session=ours', true).read('session')).toBe('ours');
  });

  it('are read as they were written, within the same visit', () => {
    const visit = cookies('told=before', false);
    visit.write('told', 'a b;c');
    expect(visit.read('told')).toBe('a b;c');
    expect(sent[0]).toMatch(/^told=a%20b%3Bc;/);
  });

  it('are forgotten by the browser at once, and only where it has them', () => {
    const visit = cookies('__Host-told=x', true);
    visit.forget('told');
    visit.forget('told');
    visit.forget('session');
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatch(/^__Host-told=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(visit.read('told')).toBeUndefined();
  });
});
