import { parseEmail, parsePhone } from '../../common/contact.js';

/** What somebody typed to say who they are. */
export interface TypedName {
  readonly kind: 'phone' | 'email' | 'username';
  /** As the database holds names of this kind; what cannot be read is a username that nobody can have. */
  readonly value: string;
}

/**
 * Tells a phone, an e-mail address and a username apart by their shape: only addresses have an `@`, and usernames begin with a letter.
 * @param region whose national notation is meant where a phone has no `+`
 */
export function readTypedName(text: string, region: string): TypedName {
  const unread: TypedName = { kind: 'username', value: text.normalize('NFC').toLowerCase() };
  if (text.includes('@')) return found('email', parseEmail(text)) ?? unread;
  if (/^\p{Letter}/u.test(text)) return unread;
  return found('phone', parsePhone(text, region)?.value) ?? unread;
}

const found = (kind: TypedName['kind'], value: string | undefined): TypedName | undefined =>
  value === undefined ? undefined : { kind, value };
