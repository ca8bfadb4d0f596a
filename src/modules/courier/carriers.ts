import { Injectable } from '@nestjs/common';
import { EmailProvider } from '../email/email.provider.js';
import { MessageRenderer } from '../messages/message-renderer.service.js';
import { DeliveryTokens } from '../sms/delivery-tokens.service.js';
import { SmsProvider } from '../sms/sms.provider.js';
import { Tracing } from '../../platform/tracing/tracing.js';
import type { Deliver } from './attempts/attempt.js';
import type { Channel, ClaimedMessage } from './outbox.js';
import type { SpanStart } from '../../platform/tracing/span.js';

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
    private readonly tracing: Tracing = new Tracing(),
  ) {}

  of(channel: Channel): Carrier {
    return channel === 'sms'
      ? { deliver: this.inItsTrace(this.sendSms), timeoutMs: this.sms.timeoutMs }
      : { deliver: this.inItsTrace(this.sendEmail), timeoutMs: this.email.timeoutMs };
  }

  /** Goes on with the trace of the request that the message was written for. */
  private inItsTrace(deliver: Deliver): Deliver {
    return (message) => this.tracing.resume(spanOf(message), message, () => deliver(message));
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

const spanOf = ({ id, channel, template, attempts }: ClaimedMessage): SpanStart => ({
  name: `deliver ${channel}`,
  kind: 'consumer',
  facts: {
    'messaging.system': 'latchkey',
    'messaging.operation.name': 'deliver',
    'messaging.message.id': id,
    'latchkey.template': template,
    'latchkey.attempt': attempts,
  },
});
