import type { ApiPropertyOptions } from '@nestjs/swagger';

/**
 * What the contract says of values that many answers hold, so that it says the same everywhere. Its examples tell one story: Anna, whom
 * somebody else invited, signs in on the morning of one day, and invites Boris.
 */

/** The ids of that story. */
export const EXAMPLE_IDS = {
  anna: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  admin: '01920c9e-0a1b-7d2c-8b3a-4c5d6e7f8a9b',
  session: '01920ca1-2b4d-7e5f-8a6b-7c8d9e0f1a2b',
  avatar: 'pT7w2QeX9kLmN4rSvBzYcA',
  entry: '01920ca1-3c5e-7f60-9b7c-8d9e0f1a2b3c',
} as const;

/** What a picture is found by, and changes with it. */
export const AVATAR_ID = '[A-Za-z0-9_-]{22}';

const INVITE_CODE = { type: String, pattern: '^[0-9A-HJKMNP-TV-Z]{6}$', minLength: 6, maxLength: 6 } as const;

/** An invite code as it is shown: Crockford's base 32. */
export const inviteCode = (example: string) => ({ ...INVITE_CODE, example });

/** A moment; its example is a time of the day that the examples tell of, such as `10:05:00`. */
export const moment = (timeOfDay: string) =>
  ({ type: String, format: 'date-time', example: `2026-11-20T${timeOfDay}.000Z` }) as const;

export const id = (example: string) => ({ type: String, format: 'uuid', example }) as const;

/** A phone number in E.164. */
export const phone = (example: string) =>
  ({ type: String, pattern: '^\\+[1-9][0-9]{5,14}$', maxLength: 16, example }) as const;

/** An e-mail address, lower-cased, its domain in ASCII. */
export const email = (example: string) => ({ type: String, format: 'email', maxLength: 254, example }) as const;

/** What may be null, too. */
export const orNull = <Schema extends ApiPropertyOptions>(schema: Schema) => ({ ...schema, nullable: true }) as const;

/** A place from which somebody came, masked as `maskAddress` does it. */
export const MASKED_ADDRESS = orNull({ type: String, example: '203.0.113.*' });

/** Where the next page of a list begins. */
export const NEXT_CURSOR = orNull({
  type: String,
  description: 'Sent as `cursor`, it asks for the next page; null on the last one.',
  example: null,
});
