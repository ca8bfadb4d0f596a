import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { TestPhonesConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { type Person, UsersService } from '../users/users.service.js';

/** A code that is always the same, and the moment from which it opens nothing. */
export interface FixedCode {
  readonly code: string;
  readonly until: Date;
}

const IS_AHEAD = statement<{ ahead: boolean }>('test_phones.is_ahead', 'SELECT clock_now() < $1::timestamptz AS ahead');

/** What fixed codes are for, and whether for a number that is nobody's too. Changing a contact sends a message, as for anybody. */
const MAY_REGISTER: Readonly<Record<string, boolean>> = { sign_in: true, registration: true, password_reset: false };

/**
 * Phones with fixed codes, for those who review the app for a store. Their codes are known to others, so they open only accounts that
 * were registered by them; whoever has the number otherwise has nothing to fear from them. A contact that is not configured costs no
 * statement.
 */
@Injectable()
export class TestPhones {
  constructor(
    private readonly config: TestPhonesConfig,
    private readonly database: Database,
    private readonly users: UsersService,
  ) {}

  /** The fixed code of a contact at this moment. */
  async codeOf(contact: string): Promise<FixedCode | undefined> {
    const [code, until] = [this.config.codes.get(contact), this.config.until];
    if (code === undefined || until === undefined) return undefined;
    const row = await this.database.first(IS_AHEAD, [until]);
    return row?.ahead ? { code, until } : undefined;
  }

  /** The same where it may be used for a purpose: the number is that of a test account, or nobody's. */
  async codeToOpen({ value }: Contact, purpose: string): Promise<FixedCode | undefined> {
    const fixed = purpose in MAY_REGISTER ? await this.codeOf(value) : undefined;
    if (!fixed) return undefined;
    const owner = await this.users.findBy('phone', value);
    return (owner ? owner.isTest : MAY_REGISTER[purpose]) ? fixed : undefined;
  }

  /** Whether what a person is told at a contact stays unsent: nobody of theirs has that phone. */
  async isMute({ isTest }: Pick<Person, 'isTest'>, contact: string): Promise<boolean> {
    return isTest && (await this.codeOf(contact)) !== undefined;
  }
}
