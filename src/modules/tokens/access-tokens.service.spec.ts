import { generateKeyPairSync } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { decodeJwt, type Jwt, signedEs256, signedHs256, unsigned } from '../../../test/support/jwt.js';
import { AccessTokens } from './access-tokens.service.js';
import type { SigningKeys } from './signing-keys.service.js';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KID = 'key-1';
/** The times for which a signer was asked. */
const asked: Date[] = [];
const keys = {
  signer: (at: Date) => (asked.push(at), { kid: KID, privateKey }),
  verifier: (kid: string) => (kid === KID ? publicKey : undefined),
} as unknown as SigningKeys;
const tokens = new AccessTokens(new JwtService({}), keys, {
  issuer: 'https://id.example.org',
  audience: 'https://api.example.org',
  keyRotationDays: 30,
});

const CLAIMS = { sub: 'person-1', sid: 'session-1', role: 'user' } as const;
const ISSUED_AT = new Date('2026-03-01T12:00:00.900Z');

describe('An access token', () => {
  it('says what it is, and by which key it was signed (RFC 9068 §2.1)', () => {
    expect(decodeJwt(tokens.sign(CLAIMS, ISSUED_AT)).header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: KID });
  });

  it('says whose it is, for whom, and that it lives fifteen minutes from the given time', () => {
    const iat = Date.UTC(2026, 2, 1, 12) / 1_000;
    expect(decodeJwt(tokens.sign(CLAIMS, ISSUED_AT)).claims).toEqual({
      ...CLAIMS,
      iss: 'https://id.example.org',
      aud: 'https://api.example.org',
      iat,
      exp: iat + 900,
      jti: expect.stringMatching(/^[\w-]{16}$/) as string,
    });
  });

  it('is signed by the key of that time', () => {
    tokens.sign(CLAIMS, ISSUED_AT);
    expect(asked.at(-1)).toBe(ISSUED_AT);
  });

  it('is signed so that the public key checks it', () => {
    const checked = new JwtService({}).verify<object>(tokens.sign(CLAIMS, new Date()), {
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
      algorithms: ['ES256'],
    });
    expect(checked).toMatchObject(CLAIMS);
  });

  it('is never the same twice', () => {
    const ids = [1, 2].map(() => decodeJwt(tokens.sign(CLAIMS, ISSUED_AT)).claims.jti);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('The key to check a token with', () => {
  const jwt = (header: object): Jwt => ({
    header: { alg: 'ES256', typ: 'at+jwt', kid: KID, ...header },
    claims: CLAIMS,
  });
  const es256 = (header: object) => signedEs256(jwt(header), privateKey);

  it('is the one that its header names', () => {
    expect(tokens.keyFor(tokens.sign(CLAIMS, ISSUED_AT))).toBe(publicKey);
    expect(tokens.keyFor(es256({}))).toBe(publicKey);
  });

  it.each([
    ['with a key that is not ours', es256({ kid: 'another' })],
    ['without a key', es256({ kid: undefined })],
    ['with a key that is no text', es256({ kid: 1 })],
    ['of another type', es256({ typ: 'JWT' })],
    ['without a type', es256({ typ: undefined })],
    ['that says it is not signed', unsigned(jwt({ alg: 'none' }))],
    ['that says it is signed by a shared secret', signedHs256(jwt({ alg: 'HS256' }), 'guessed')],
    ['that names another algorithm', es256({ alg: 'ES384' })],
    ['that is none', 'x.y.z'],
    ['whose header is null', `${Buffer.from('null').toString('base64url')}.y.z`],
    ['whose header is a text', `${Buffer.from('"at+jwt"').toString('base64url')}.y.z`],
    ['that is empty', ''],
  ])('is none for a token %s', (_, token) => {
    expect(tokens.keyFor(token)).toBeUndefined();
  });

  it('is asked for by a text only', () => {
    const kids: unknown[] = [];
    const verifier = (kid: unknown) => (kids.push(kid), undefined);
    const asking = new AccessTokens(new JwtService({}), { ...keys, verifier } as unknown as SigningKeys, {
      issuer: '',
      audience: '',
      keyRotationDays: 30,
    });
    asking.keyFor(es256({ kid: { toString: 'x' } }));
    asking.keyFor(es256({ kid: 'text' }));
    expect(kids).toEqual(['text']);
  });
});
