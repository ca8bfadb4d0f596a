import { Injectable } from '@nestjs/common';
import { typedContact } from '../../common/contact.js';
import { AppConfig, SmsConfig, TestPhonesConfig } from '../../config/config.js';

/** Whose messages the inbox shows: everybody's, but in production those to test phones only, whose codes are no secret. */
@Injectable()
export class InboxRecipients {
  constructor(
    private readonly sms: SmsConfig,
    private readonly app: AppConfig,
    private readonly testPhones: TestPhonesConfig,
  ) {}

  /** Whether only what was written for test phones is shown: such a number may belong to somebody who signs in like everybody. */
  get test(): boolean {
    return this.app.production;
  }

  /** Those whose messages may be shown, of the one that is meant or of all; undefined: everybody's. */
  shown(to?: string): string[] | undefined {
    const all = this.app.production ? [...this.testPhones.codes.keys()] : undefined;
    if (to === undefined) return all;
    const recipient = typedContact(to, this.sms.regions[0]);
    return !all || all.includes(recipient) ? [recipient] : [];
  }
}
