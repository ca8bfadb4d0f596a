import { Injectable } from '@nestjs/common';
import { EmailConfig } from '../../../config/config.js';
import { EmailFailure } from '../email.errors.js';
import { EmailProvider, type EmailReceipt } from '../email.provider.js';

/** Stands where e-mail is not offered: whatever was queued while it was ends as failed. */
@Injectable()
export class AbsentEmailProvider extends EmailProvider {
  readonly timeoutMs: number;

  constructor({ timeoutMs }: EmailConfig) {
    super();
    this.timeoutMs = timeoutMs;
  }

  send(): Promise<EmailReceipt> {
    return Promise.reject(new EmailFailure('not_offered'));
  }
}
