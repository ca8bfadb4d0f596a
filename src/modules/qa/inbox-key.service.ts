import { Injectable } from '@nestjs/common';
import { sameText } from '../../common/crypto.js';
import { AppConfig, QaConfig } from '../../config/config.js';

/** What opens the inbox: `QA_INBOX_TOKEN`. Where none is set the inbox is open, but in production nothing opens it then. */
@Injectable()
export class InboxKey {
  constructor(
    private readonly app: AppConfig,
    private readonly config: QaConfig,
  ) {}

  /** Whether the inbox is closed to whoever has no token. */
  get needed(): boolean {
    return this.app.production || this.config.token !== undefined;
  }

  opens(given: string | undefined): boolean {
    const { token } = this.config;
    return !this.needed || (token !== undefined && given !== undefined && sameText(given, token));
  }
}
