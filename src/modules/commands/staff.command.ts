import { parseArgs } from 'node:util';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { CannotStart } from '../../common/cannot-start.js';
import { type Contact, contactsOf, maskContact } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { compose, type Fragment } from '../../platform/database/statement.js';
import { Changes } from '../admin/changes.service.js';
import { type ContactInput, ContactsService } from '../addresses/contacts.service.js';
import { MINT_INVITE_CODE, ReferralsService } from '../referrals/referrals.service.js';
import { PeopleSearch } from '../people/people-search.service.js';
import { FIND_OR_REGISTER, type Person, personColumns, UsersService } from '../users/users.service.js';

export const STAFF_USAGE = [
  'create --phone <phone> | --email <e-mail address>',
  'promote <who>',
  'block <who> [--reason <why>]',
  'unblock <who>',
  'list',
];

/** Whoever may run commands on the machine acts for nobody. */
const OPERATOR = { details: { by: 'cli' } } as const;
const PAGE = 100;

const proven: Fragment = { parameters: 1, ctes: 'proven AS (SELECT $1::text AS contact, false AS is_test)' };
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

/** Makes administrators, and lets people in and keeps them out. Prints contacts only masked. */
@Injectable()
export class StaffCommand {
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

  /** @returns what to print; undefined when it is called wrongly */
  run(args: readonly string[]): Promise<string> | undefined {
    const words = wordsOf(args);
    const action = this.actions.get(words?.action ?? '');
    return words && action && fitsAction(words) ? action(words) : undefined;
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

function wordsOf(args: readonly string[]): Words | undefined {
  const options = { phone: { type: 'string' }, email: { type: 'string' }, reason: { type: 'string' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action, who, ...more] = positionals;
    return more.length === 0 ? { ...values, action, who } : undefined;
  } catch {
    // An option that there is not, or one without its value.
    return undefined;
  }
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
