import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { AuditService } from '../audit/audit.service.js';
import { SendingService, type SendingState } from '../sending/sending.service.js';

export interface Turn {
  readonly enabled: boolean;
  /** For staff; never written into the audit log, because it is free text. */
  readonly reason?: string;
}

/** Who turns the switch: a person with their address, or whoever may run commands on the machine. */
export type Turner = { readonly actorId: string; readonly address: string } | 'cli';

/** Where administrators turn the switch for SMS, in one transaction with the audit log. */
@Injectable()
export class SendingDesk {
  constructor(
    private readonly database: Database,
    private readonly sending: SendingService,
    private readonly audit: AuditService,
  ) {}

  async state(): Promise<SendingState> {
    return this.sending.stateOf('sms');
  }

  async turn({ enabled, reason }: Turn, by: Turner): Promise<SendingState> {
    const [actor, how] = by === 'cli' ? [{}, { by }] : [by, {}];
    const changedBy = by === 'cli' ? undefined : by.actorId;
    await this.database.transaction(async () => {
      await this.sending.change('sms', { enabled, reason, changedBy });
      const details = { channel: 'sms', enabled, ...how };
      await this.audit.record({ action: 'messages.sending_changed', ...actor, details });
    });
    return this.state();
  }
}
