import { createHmac, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';

export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decoded = (part = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

export function decodeJwt(token: string): Jwt {
  const [header, claims] = token.split('.');
  return { header: decoded(header), claims: decoded(claims) };
}

/** Whether a public key of a JWKS made the signature (RFC 7515, ES256): by node:crypto, not by the library that signed. */
export function isSignedBy(jwk: object, token: string): boolean {
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const [header, claims, signature = ''] = token.split('.');
  const signed = Buffer.from(`${header}.${claims}`);
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

export function signedEs256({ header, claims }: Jwt, key: KeyObject): string {
  const content = `${encoded(header)}.${encoded(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

export function signedHs256({ header, claims }: Jwt, secret: string | Buffer): string {
  const content = `${encoded(header)}.${encoded(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

export const unsigned = ({ header, claims }: Jwt): string => `${encoded(header)}.${encoded(claims)}.`;
