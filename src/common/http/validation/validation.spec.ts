import { findHostile } from './validation.js';

const nest = (depth: number): unknown => Array.from({ length: depth }).reduce((inner) => [inner], 1);

describe('The guard against hostile input', () => {
  it.each([
    ['plain values', { phone: '+79121234567', list: [1, null, true], emoji: '😀' }],
    ['eight levels', nest(8)],
    ['a thousand values', Array(999).fill(0)],
    ['nothing', undefined],
    ['a text', 'abc'],
    ['bytes', Buffer.alloc(5_000)],
  ])('lets %s through', (_, value) => {
    expect(findHostile(value)).toBeUndefined();
  });

  it.each([
    ['a NUL', { a: { b: 'x\0' } }, 'a.b', 'plainText'],
    ['half a surrogate pair', { a: ['ok', '\ud83d'] }, 'a.1', 'plainText'],
    ['a NUL in a name', { 'a\0': 1 }, 'a\ufffd', 'plainText'],
    ['nine levels', nest(9), '0.0.0.0.0.0.0.0.0', 'tooDeep'],
    ['a name of a prototype', JSON.parse('{"a":{"__proto__":1}}') as unknown, 'a.__proto__', 'unknownField'],
    ['the name of a constructor', { constructor: 1 }, 'constructor', 'unknownField'],
  ])('names %s', (_, value, field, rule) => {
    expect(findHostile(value)).toMatchObject({ field, rule });
  });

  it('stops counting soon after a thousand values', () => {
    expect(findHostile(Array(1_000_000).fill(0))).toMatchObject({ rule: 'tooMany' });
    expect(findHostile(Array(40).fill(Array(40).fill(0)))).toMatchObject({ rule: 'tooMany' });
  });
});
