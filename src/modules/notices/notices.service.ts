import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Contact, contactsOf } from '../../common/contact.js';
import type { Locale } from '../../common/locale.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Events } from '../../platform/events/events.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { MessagesService } from '../messages/messages.service.js';
import { SmsBudget } from '../sms-budget/sms-budget.service.js';
import { TestPhones } from '../test-phones/test-phones.service.js';
import { ContactReleased, PersonErased } from '../users/users.events.js';
import type { Person } from '../users/users.service.js';

/** What a person is told of; each has its texts in `views/messages`. */
export type Notice =
  | 'password-changed'
  | 'contact-changed'
  | 'contact-added'
  | 'contact-removed'
  | 'role-changed'
  | 'blocked'
  | 'unblocked'
  | 'profile-changed'
  | 'sessions-ended'
  | 'account-deleted';

export interface NoticeTerms {
  /** Where to, if not to the person's own contact: the one they have just lost. */
  readonly to?: Contact;
  /** The language where the person has chosen none; that of the request, if it is theirs. */
  readonly locale?: Locale;
  /** Whether the contact is forgotten once it is told. */
  readonly fleeting?: boolean;
}

/** What happened is worth knowing for a day. */
const LIFE_SECONDS = 86_400;

/** Tells people what was done to their account, where they can be reached: e-mail costs nothing and says more, so it comes first. */
@Injectable()
export class Notices implements OnModuleInit {
  constructor(
    private readonly messages: MessagesService,
    private readonly events: Events,
    private readonly testPhones: TestPhones,
    private readonly limiter: RateLimiter,
    private readonly budget: SmsBudget,
    private readonly limits: LimitsConfig,
  ) {}

  onModuleInit(): void {
    this.events.on(ContactReleased, ({ contact }) => this.messages.forget({ recipients: [contact.value] }));
    this.events.on(PersonErased, ({ personId, contacts }) =>
      this.messages.forget({ subjectId: personId, recipients: contacts.map(({ value }) => value) }),
    );
  }

  /**
   * Sends a notice with the caller's transaction; none to somebody who has no contact, or a phone that gets no messages. By SMS it is
   * left out where the phone has had enough of them, or the day has no SMS left: an account must not be a way to spend money. It is the
   * last that a transaction does: it holds counters until the commit, and whoever holds them must not wait for people.
   */
  async tell(person: Person, notice: Notice, { to, locale, fleeting }: NoticeTerms = {}): Promise<void> {
    const contact = to ?? contactsOf(person).at(-1);
    if (!contact || !(await this.mayBeTold(person, contact))) return;
    await this.messages.enqueue({
      channel: contact.channel,
      recipient: contact.value,
      template: `notice-${notice}`,
      locale: person.locale ?? locale ?? 'en',
      subjectId: person.id,
      fleeting,
      lifeSeconds: LIFE_SECONDS,
    });
  }

  private async mayBeTold(person: Person, { channel, value }: Contact): Promise<boolean> {
    if (await this.testPhones.isMute(person, value)) return false;
    return channel === 'email' || this.isAffordable(value);
  }

  private async isAffordable(phone: string): Promise<boolean> {
    const takenAt = await this.budget.take();
    if (!takenAt) return false;
    const key = this.limiter.key('notice', phone);
    const refusal = await this.limiter.takeWithin(this.limits.noticesPerContact.map((policy) => ({ key, policy })));
    if (refusal) await this.budget.giveBack(takenAt);
    return !refusal;
  }
}
