import { parseArgs } from 'node:util';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { CannotStart } from '../../common/cannot-start.js';
import { type Contact, contactsOf, maskContact } from '../../common/contact.js';
import { DomainError } from '../../common/domain-error.js';
import { Database } from '../../platform/database/database.js';
import { compose, type Fragment } from '../../platform/database/statement.js';
import { type ContactInput, ContactsService } from '../addresses/contacts.service.js';
import { MINT_INVITE_CODE, ReferralsService } from '../referrals/referrals.service.js';
import { PeopleSearch } from '../people/people-search.service.js';
import { FIND_OR_REGISTER, type Person, personColumns, UsersService } from '../users/users.service.js';
import { Changes } from './changes.service.js';

const WHO = '<id | phone | e-mail address>';
const USAGE = `Usage:
  npm run admin -- create --phone <phone> | --email <e-mail address>
  npm run admin -- promote ${WHO}
  npm run admin -- block ${WHO} [--reason <why>]
  npm run admin -- unblock ${WHO}
  npm run admin -- list`;

/** Whoever may run commands on the machine acts for nobody. */
const OPERATOR = { details: { by: 'cli' } } as const;
const PAGE = 100;

const proven: Fragment = { parameters: 1, ctes: 'proven AS (SELECT $1::text AS contact)' };
const register = (channel: Contact['channel']) =>
  compose<Person>(
    `admin.register_by_${channel}`,
    [proven, FIND_OR_REGISTER[channel], MINT_INVITE_CODE],
    `SELECT ${personColumns('person')} FROM person`,
  );
const REGISTER = { sms: register('sms'), email: register('email') };

interface Words {
  readonly action?: string;
  readonly who?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly reason?: string;
}

/** `npm run admin`: makes administrators, and lets people in and keeps them out. Prints contacts only masked. */
@Injectable()
export class AdminCommand {
  private readonly actions = new Map<string, (words: Words) => Promise<string>>([
    ['create', (words) => this.create(words)],
    ['promote', ({ who }) => this.promote(who)],
    ['block', ({ who, reason }) => this.block(who, reason)],
    ['unblock', ({ who }) => this.unblock(who)],
    ['list', () => this.list()],
  ]);

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly search: PeopleSearch,
    private readonly referrals: ReferralsService,
    private readonly contacts: ContactsService,
    private readonly changes: Changes,
  ) {}

  /** @returns what to print @throws CannotStart with one sentence, when it is called wrongly or may not be done */
  async run(args: readonly string[]): Promise<string> {
    const words = wordsOf(args);
    const action = this.actions.get(words.action ?? '');
    if (!action || !fitsAction(words)) throw new CannotStart(USAGE);
    try {
      return await action(words);
    } catch (error) {
      if (error instanceof DomainError) throw new CannotStart(error.kind.title.en, { cause: error });
      throw error;
    }
  }

  /** The contact is taken on trust. */
  private async create(input: ContactInput): Promise<string> {
    const person = await this.register(this.contacts.of(input));
    return this.promote(person.id);
  }

  private async promote(who?: string): Promise<string> {
    const person = await this.find(who);
    if (person.status === 'blocked') {
      throw new CannotStart(`${shown(person)} is blocked. First: npm run admin -- unblock ${person.id}`);
    }
    await this.changes.setRole(person.id, 'admin', OPERATOR);
    return `${shown(person)} ${person.role === 'admin' ? 'is an administrator already' : 'is an administrator now'}.`;
  }

  private async block(who?: string, reason?: string): Promise<string> {
    const person = await this.find(who);
    await this.changes.block(person.id, reason, OPERATOR);
    return `${shown(person)} is blocked, and signed out everywhere.`;
  }

  private async unblock(who?: string): Promise<string> {
    const person = await this.find(who);
    await this.changes.unblock(person.id, OPERATOR);
    return `${shown(person)} may sign in${person.status === 'blocked' ? ' again' : '; there was no block'}.`;
  }

  private async list(): Promise<string> {
    const staff = [...(await this.allWith('admin')), ...(await this.allWith('moderator'))];
    return (
      staff.map((person) => `${shown(person)} ${person.role}, ${person.status}`).join('\n') || 'There is no staff.'
    );
  }

  private async allWith(role: 'admin' | 'moderator', cursor?: string): Promise<Person[]> {
    const { items, nextCursor } = await this.search.page({ role, limit: PAGE, cursor });
    return nextCursor === null ? items : [...items, ...(await this.allWith(role, nextCursor))];
  }

  private async find(who = ''): Promise<Person> {
    if (isUUID(who)) return this.search.get(who);
    const { channel, value } = this.contacts.of(who.includes('@') ? { email: who } : { phone: who });
    const person = await this.users.findBy(channel === 'sms' ? 'phone' : 'email', value);
    if (!person) throw new CannotStart(`Nobody has ${maskContact({ channel, value })}. Check it for mistakes.`);
    return person;
  }

  /** Whoever has the contact, made now if there is nobody. */
  private async register(contact: Contact): Promise<Person> {
    const registration = this.users.registration(contact);
    const person = await this.referrals.drawing((minting) =>
      this.database.first(REGISTER[contact.channel], [contact.value, ...registration, ...minting]),
    );
    if (!person) throw new Error('nobody was found or registered');
    return person;
  }
}

/** @throws CannotStart */
function wordsOf(args: readonly string[]): Words {
  const options = { phone: { type: 'string' }, email: { type: 'string' }, reason: { type: 'string' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, who, ...more] = positionals;
    if (more.length === 0) return { ...values, action, who };
  } catch {
    // An option that there is not, or one without its value.
  }
  throw new CannotStart(USAGE);
}

/** Whether an action is given what it needs, and nothing else. */
function fitsAction({ action, who, phone, email, reason }: Words): boolean {
  const contacts = [phone, email].filter((contact) => contact !== undefined).length;
  if (reason !== undefined && action !== 'block') return false;
  if (action === 'create') return contacts === 1 && who === undefined;
  return contacts === 0 && (who === undefined) === (action === 'list');
}

/** `019a… (+7 *** ***-**-89, a***@example.com)` */
function shown(person: Person): string {
  const contacts = contactsOf(person).map(maskContact);
  return contacts.length > 0 ? `${person.id} (${contacts.join(', ')})` : person.id;
}
