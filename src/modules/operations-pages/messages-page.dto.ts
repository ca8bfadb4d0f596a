import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { lengthWithin, textField } from '../../common/http/fields.decorators.js';
import { MESSAGE_STATES, type MessageState } from '../message-trail/message-trail.service.js';

const CHANNELS = ['sms', 'email'] as const;

class TrailFilter {
  @IsOptional()
  @IsIn(MESSAGE_STATES)
  status?: MessageState;

  /** Where the page before ended. */
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class MessagesQuery extends TrailFilter {
  /** Whose messages; everybody's when left out. */
  @IsOptional()
  @IsUUID()
  person?: string;

  /** By which of their contacts. */
  @IsOptional()
  @IsIn(CHANNELS)
  channel?: (typeof CHANNELS)[number];
}

/** A contact is searched for by a form: it has no place in an address. */
export class MessagesForm extends TrailFilter {
  @IsRecipient()
  to?: string;
}

function IsRecipient(): PropertyDecorator {
  const message = 'Type a phone number or an e-mail address.';
  return textField({ rule: 'contactText', message, accepts: lengthWithin(1, 254), schema: {} }, { optional: true });
}
