import { newId, newSecret } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import type { HttpConfig, SmsConfig } from '../../config/config.js';
import { DeliveryTokens } from './delivery-tokens.service.js';

const SECRET = newSecret(32);

const tokensOf = (publicUrl = 'https://id.example.org', provider = 'sms-aero', rootKey = SECRET): DeliveryTokens =>
  new DeliveryTokens({ publicUrl } as HttpConfig, { provider } as SmsConfig, new RootKey(rootKey));

const tokens = tokensOf();

describe('The token of a callback', () => {
  it('names its message, to every process under the same secret', () => {
    const [one, other] = [newId(), newId()];
    expect(tokensOf().messageOf(tokens.tokenOf(one))).toBe(one);
    expect(tokensOf().messageOf(tokens.tokenOf(other))).toBe(other);
  });

  it('can stand in an address, and holds 128 bits that nobody can guess', () => {
    expect(tokens.tokenOf(newId())).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const [one, other] = [newId(), newId()].map((id) => Buffer.from(tokens.tokenOf(id), 'base64url').subarray(16));
    expect(one).toHaveLength(16);
    expect(one).not.toEqual(other);
  });

  it('is none when any of its characters is another', () => {
    const token = tokens.tokenOf(newId());
    const changed = [...token].map((character, index) => {
      const other = character === 'A' ? 'B' : 'A';
      return token.slice(0, index) + other + token.slice(index + 1);
    });
    expect(changed.map((each) => tokens.messageOf(each))).toEqual(changed.map(() => undefined));
  });

  it('is none when it ends otherwise and means the same bytes', () => {
    const token = tokens.tokenOf(newId());
    const bytes = Buffer.from(token, 'base64url');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twins = [...alphabet]
      .map((last) => token.slice(0, -1) + last)
      .filter((each) => each !== token && Buffer.from(each, 'base64url').equals(bytes));
    expect(twins.length).toBeGreaterThan(0);
    expect(twins.map((each) => tokens.messageOf(each))).toEqual(twins.map(() => undefined));
  });

  it('is none under another secret', () => {
    const others = tokensOf(undefined, undefined, newSecret(32));
    expect(others.messageOf(tokens.tokenOf(newId()))).toBeUndefined();
  });

  it.each(['', 'garbage', 'x'.repeat(43), 'x'.repeat(10_000), '+/'.repeat(20)])('is not “%s”', (text) => {
    expect(tokens.messageOf(text)).toBeUndefined();
  });
});

describe('The address of callbacks', () => {
  it('is one of ours that ends with the token', () => {
    const id = newId();
    const url = `https://id.example.org/api/v1/sms/callbacks/sms-aero/${tokens.tokenOf(id)}`;
    expect(tokens.urlFor(id)).toBe(url);
  });

  it.each([
    ['nobody could reach it', 'http://localhost:3000', 'sms-aero'],
    ['nobody calls', 'https://id.example.org', 'console'],
  ])('is not given where %s', (_, publicUrl, provider) => {
    expect(tokensOf(publicUrl, provider).urlFor(newId())).toBeUndefined();
  });
});
