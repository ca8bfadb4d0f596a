import { Injectable } from '@nestjs/common';
import type { CountryCode } from 'libphonenumber-js/max';
import { GREATEST_ID, LEAST_ID, seal, unseal } from '../../common/crypto.js';
import { getCountryCallingCode } from '../../common/loading/phone-library.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import type { Role } from '../../common/role.js';
import { SmsConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';
import { UserNotFound } from '../users/users.errors.js';
import { foldForSearch, type Person } from '../users/users.service.js';
import { BY_PHONE, BY_TEXT, EVERYBODY, type FoundRow, NOT_ACTIVE, ONE, STAFF } from './people-search.statements.js';

export interface PeopleQuery {
  /** Beginning of a phone number, an e-mail address, a username or a name (first or last first). */
  readonly q?: string;
  readonly role?: Role;
  readonly status?: Person['status'];
  /** As an earlier page gave it. */
  readonly cursor?: string;
  readonly limit: number;
}

/** People as staff see them. */
export type FoundPerson = Person & { readonly blockedReason: string | null };

export interface PeoplePage {
  /** May be fewer than were asked for, also where there are more. */
  readonly items: FoundPerson[];
  readonly nextCursor: string | null;
  /** What `q` was taken for. */
  readonly by: 'phone' | 'text' | 'none';
}

interface Plan {
  readonly statement: Statement<FoundRow>;
  readonly values: unknown[];
  readonly first: Place;
  readonly by: PeoplePage['by'];
}

interface Place {
  readonly key: string;
  readonly id: string;
}

const CURSOR = 'people-search';

/** Finding people for staff: by index and keyset, whatever their number. */
@Injectable()
export class PeopleSearch {
  private readonly cursorKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly sms: SmsConfig,
    root: RootKey,
  ) {
    this.cursorKey = root.derive(CURSOR);
  }

  /** A page of the people who fit, in the order of what they were found by; without `q` the newest first. */
  async page(query: PeopleQuery): Promise<PeoplePage> {
    const { statement, values, first, by } = this.plan(query);
    const { key, id } = this.open(query.cursor, first);
    const rows = await this.database.run(statement, [...values, key, id, query.limit + 1]);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const nextCursor = rows.length > query.limit && last ? this.close({ key: last.key, id: last.id }) : null;
    return { items: page.filter((row) => !row.again).map(personOf), nextCursor, by };
  }

  /** @throws UserNotFound also for those who were deleted */
  async get(id: string): Promise<FoundPerson> {
    const person = await this.database.first(ONE, [id]);
    if (!person) throw new UserNotFound();
    return person;
  }

  private plan({ q, role, status }: PeopleQuery): Plan {
    const { prefix, by } = soughtBy(q, this.sms.regions);
    const values = [prefix, role ?? null, status ?? null];
    const few = fewAmong({ role, status });
    if (few || by === 'none') return { statement: few ?? EVERYBODY, values, first: NEWEST, by };
    return { statement: by === 'phone' ? BY_PHONE : BY_TEXT, values, first: { key: prefix, id: LEAST_ID }, by };
  }

  /** Sealed, because it may hold a contact or a name and stands in an address. */
  private close(place: Place): string {
    return seal(this.cursorKey, JSON.stringify(place), CURSOR).toString('base64url');
  }

  /** Where the page begins. With a cursor that is not ours, or was given for something else, the list begins anew. */
  private open(cursor: string | undefined, first: Place): Place {
    if (!cursor) return first;
    try {
      const place = JSON.parse(unseal(this.cursorKey, Buffer.from(cursor, 'base64url'), CURSOR)) as Place;
      return place.key.startsWith(first.key) ? place : first;
    } catch {
      return first;
    }
  }
}

const NEWEST: Place = { key: '', id: GREATEST_ID };

/** Those who are few are looked through; among all the others the index of `q` leads. */
function fewAmong({
  role = 'user',
  status = 'active',
}: Pick<PeopleQuery, 'role' | 'status'>): Statement<FoundRow> | undefined {
  if (status !== 'active') return NOT_ACTIVE;
  return role === 'user' ? undefined : STAFF;
}

function soughtBy(q = '', regions: readonly string[]): { prefix: string; by: PeoplePage['by'] } {
  const phone = phonePrefix(q.trim(), regions);
  if (phone) return { prefix: phone, by: 'phone' };
  const prefix = foldForSearch(q);
  return { prefix, by: prefix === '' ? 'none' : 'text' };
}

/** The beginning of an E.164 number, from what staff type: with +, or as people of the region write it. */
function phonePrefix(text: string, [region = 'RU']: readonly string[]): string | undefined {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 3 || !/^\+?[\d\s().-]+$/.test(text)) return undefined;
  if (text.startsWith('+')) return `+${digits}`;
  const code = getCountryCallingCode(region as CountryCode);
  if (digits.startsWith(code)) return `+${digits}`;
  // In Russia and Kazakhstan 8 stands for the country code; elsewhere it is 0.
  return `+${code}${digits.replace(code === '7' ? /^8/ : /^0/, '')}`;
}

function personOf({ key: _key, again: _again, ...person }: FoundRow): FoundPerson {
  return person;
}
