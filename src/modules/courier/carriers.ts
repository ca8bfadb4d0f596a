import { Injectable } from '@nestjs/common';
import { EmailProvider } from '../email/email.provider.js';
import { MessageRenderer } from '../messages/message-renderer.service.js';
import { DeliveryTokens } from '../sms/delivery-tokens.service.js';
import { SmsProvider } from '../sms/sms.provider.js';
import type { Deliver } from './attempt.js';
import type { Channel } from './outbox.js';

export interface Carrier {
  readonly deliver: Deliver;
  /** How long one attempt takes at most. */
  readonly timeoutMs: number;
}

/** How the messages of each channel reach its provider: rendered at the last moment, because no row holds a text. */
@Injectable()
export class Carriers {
  constructor(
    private readonly renderer: MessageRenderer,
    private readonly tokens: DeliveryTokens,
    private readonly sms: SmsProvider,
    private readonly email: EmailProvider,
  ) {}

  of(channel: Channel): Carrier {
    return channel === 'sms'
      ? { deliver: this.sendSms, timeoutMs: this.sms.timeoutMs }
      : { deliver: this.sendEmail, timeoutMs: this.email.timeoutMs };
  }

  private readonly sendSms: Deliver = async (message) => {
    const { text } = this.renderer.render(message);
    return this.sms.send({ id: message.id, to: message.recipient, text, callbackUrl: this.tokens.urlFor(message.id) });
  };

  private readonly sendEmail: Deliver = async (message) => {
    const { subject, text, html } = this.renderer.renderEmail(message);
    return this.email.send({ id: message.id, to: message.recipient, subject, text, html });
  };
}
