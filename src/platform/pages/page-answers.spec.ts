import { ownPath, pageAddress } from './page-answers.js';

const HERE = 'https://id.example.org';

describe('A path to one of our pages', () => {
  it.each([
    '/',
    '/profile',
    '/admin/people/01a2?status=active&cursor=x',
    '/?next=%2Fprofile',
    '/%2fevil.example',
    '/:80',
    '/@evil.example',
    '/a//b',
  ])('is kept: %s', (path) => {
    expect(ownPath(path)).toBe(path);
  });

  it.each([
    ['another host', '//evil.example'],
    ['another host by a backslash', '/\\evil.example'],
    ['a backslash anywhere', '/a/..\\\\evil.example'],
    ['another host behind dots', '/..//evil.example'],
    ['another host behind a dot', '/.//evil.example'],
    ['another host behind encoded dots', '/%2e%2e//evil.example'],
    ['another host behind a folder that is left', '/a/..//evil.example'],
    ['a whole address', 'https://evil.example/'],
    ['a whole address of ours', `${HERE}/profile`],
    ['a script', 'javascript:alert(1)'],
    ['no slash', 'profile'],
    ['a tab that browsers take away', '/\t/evil.example'],
    ['a line break that ends a header', '/a\r\nSet-Cookie: a=b'],
    ['a space', '/a b'],
    ['letters that are not encoded', '/профиль'],
    ['nothing', ''],
    ['no text', ['/profile']],
    ['nothing at all', undefined],
  ])('is not %s', (_, path) => {
    expect(ownPath(path)).toBe('/');
    expect(ownPath(path, '/profile')).toBe('/profile');
  });

  it('leads to this host, as browsers read it, whatever it is made of', () => {
    const pieces = ['/', '\\', '.', '%2e', '%2f', '%5c', ':', '@', '?', '#', '\t', '\n', 'evil.example'];
    for (let length = 2; length <= 4; length += 1) {
      for (let number = 0; number < pieces.length ** length; number += 1) {
        const path = ownPath(`/${made(pieces, number, length)}`);
        expect(new URL(path, HERE).origin).toBe(HERE);
      }
    }
  });
});

/** The text that a number spells in pieces. */
function made(pieces: readonly string[], number: number, length: number): string {
  const digits = Array.from({ length }, (_, place) => Math.floor(number / pieces.length ** place) % pieces.length);
  return digits.map((digit) => pieces[digit]).join('');
}

describe('The address of a page', () => {
  it('says what of its query there is, so that it can stand anywhere', () => {
    expect(pageAddress('/people', { q: 'a & b', role: undefined, cursor: null })).toBe('/people?q=a+%26+b');
    expect(pageAddress('/people', { q: '' })).toBe('/people');
  });
});
