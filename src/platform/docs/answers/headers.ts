import type { HeaderObject, ResponseObject } from '@nestjs/swagger';

const text = (schema: HeaderObject['schema']): HeaderObject['schema'] => ({ type: 'string', ...schema });

/** The headers that many answers share. Whoever documents one always gets it. */
export const SHARED_HEADERS: Readonly<Record<string, HeaderObject>> = {
  ETag: {
    description: 'Names this answer; another one has another name.',
    required: true,
    schema: text({ pattern: '^"[A-Za-z0-9_-]{22}"$' }),
    example: '"qT0JvJ0fXkR2m1c9VbN3xA"',
  },
  NoStore: {
    description: 'The answer is for you alone: nobody between us may keep it.',
    required: true,
    schema: text({ enum: ['no-store'] }),
    example: 'no-store',
  },
  RateLimit: {
    description: 'The limit that refuses: `r` requests are left, and there are more in `t` seconds.',
    required: true,
    schema: text({ pattern: '^"[a-z-]+";r=0;t=[0-9]+$' }),
    example: '"otp-contact-hour";r=0;t=30',
  },
  RateLimitPolicy: {
    description: 'What that limit allows: `q` requests within `w` seconds.',
    required: true,
    schema: text({ pattern: '^"[a-z-]+";q=[0-9]+;w=[0-9]+$' }),
    example: '"otp-contact-hour";q=5;w=3600',
  },
  RequestId: {
    description:
      'The id of the request, to be told to whoever looks for it in the log: the `X-Request-Id` that was sent, else a new one.',
    required: true,
    schema: text({ pattern: '^[A-Za-z0-9._-]{8,64}$' }),
    example: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  },
  RetryAfter: {
    description: 'Seconds to wait before asking again.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
    example: 30,
  },
  WwwAuthenticate: {
    description: 'How to sign in: by a Bearer token (RFC 6750).',
    required: true,
    schema: text({ enum: ['Bearer'] }),
    example: 'Bearer',
  },
};

type Names = Readonly<Record<string, keyof typeof SHARED_HEADERS>>;

const ALWAYS: Names = { 'X-Request-Id': 'RequestId', 'Cache-Control': 'NoStore' };

const ALLOW: HeaderObject = {
  description: 'The methods that the address has.',
  required: true,
  schema: text({ pattern: '^[A-Z]+(, [A-Z]+)*$' }),
  example: 'GET, HEAD',
};

/** What refusals say in their headers too, for whoever does not read the body. */
const BY_STATUS: Readonly<Record<string, Names>> = {
  401: { 'WWW-Authenticate': 'WwwAuthenticate' },
  429: { 'Retry-After': 'RetryAfter', RateLimit: 'RateLimit', 'RateLimit-Policy': 'RateLimitPolicy' },
  503: { 'Retry-After': 'RetryAfter' },
};

type Headers = NonNullable<ResponseObject['headers']>;

/** The headers that every answer of a status has; the shared ones are references. */
export function sharedHeaders(status: string, { isProblem }: { isProblem: boolean }): Headers {
  const names = Object.entries({ ...ALWAYS, ...(isProblem && BY_STATUS[status]) });
  const references = names.map(([header, name]) => [header, { $ref: `#/components/headers/${name}` }] as const);
  return { ...Object.fromEntries(references), ...(status === '405' && { Allow: ALLOW }) };
}
