import type { AppConfig } from '../../config/config.js';
import { InboxKey } from './inbox-key.service.js';

const TOKEN = 'qa-5Kd9Xw2Lm7Rt4Bz8';

const keyOf = (token: string | undefined, production = false) =>
  new InboxKey({ production } as AppConfig, { inbox: true, token });

describe('The key of the inbox', () => {
  it('is needed where there is a token, and is that token', () => {
    const key = keyOf(TOKEN);
    expect(key.needed).toBe(true);
    expect(key.opens(TOKEN)).toBe(true);
    for (const given of [undefined, '', `${TOKEN}x`, TOKEN.slice(1), TOKEN.toUpperCase()])
      expect(key.opens(given)).toBe(false);
  });

  it('is not needed where there is none', () => {
    expect(keyOf(undefined).needed).toBe(false);
    expect([undefined, '', 'anything'].map((given) => keyOf(undefined).opens(given))).toEqual([true, true, true]);
  });

  it('is needed in production, where without a token nothing opens', () => {
    expect(keyOf(undefined, true).needed).toBe(true);
    expect([undefined, '', TOKEN].map((given) => keyOf(undefined, true).opens(given))).toEqual([false, false, false]);
    expect(keyOf(TOKEN, true).opens(TOKEN)).toBe(true);
  });
});
