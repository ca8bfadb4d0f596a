import { readTypedName } from './typed-name.js';

describe('What somebody types to say who they are', () => {
  it.each([
    ['+7 912 345-67-89', 'RU', 'phone', '+79123456789'],
    ['8 (912) 345-67-89', 'RU', 'phone', '+79123456789'],
    ['0151 12345678', 'DE', 'phone', '+4915112345678'],
    [' Ann@EXAMPLE.org ', 'RU', 'email', 'ann@example.org'],
    ['Ann_1', 'RU', 'username', 'ann_1'],
    ['Анна', 'RU', 'username', 'анна'],
    // A Unicode form that a keyboard may send: ё as е and two dots.
    ['Ёлка'.normalize('NFD'), 'RU', 'username', 'ёлка'],
    // Letters that end in a number are a username all the same.
    ['b89123456789', 'RU', 'username', 'b89123456789'],
  ])('"%s" in %s is the %s %s', (text, region, kind, value) => {
    expect(readTypedName(text, region)).toEqual({ kind, value });
  });

  it.each(['', '123', 'Ann@', '+7 000', '_ann'])(
    'that cannot be read is a username that nobody can have: "%s"',
    (text) => {
      expect(readTypedName(text, 'RU')).toEqual({ kind: 'username', value: text.toLowerCase() });
    },
  );
});
