import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { PageQueryDto, PlusForSpace } from '../../common/http/page.dto.js';
import { MESSAGE_STATES, type MessageState, type MessageStory } from './message-trail.service.js';

const MOMENT = { type: String, format: 'date-time', nullable: true } as const;

@ApiSchema({ description: 'Which messages, and which page of them.' })
export class MessageTrailQueryDto extends PageQueryDto {
  /** Phone number or e-mail address of the recipient, as people type it; everybody's messages when it is left out. */
  @ApiPropertyOptional({ example: '+79123456789' })
  @IsOptional()
  @PlusForSpace()
  @IsString()
  @Length(1, 254)
  to?: string;

  /** Only messages in this state; in any when it is left out. */
  @ApiPropertyOptional({ enum: MESSAGE_STATES, example: 'delivered' })
  @IsOptional()
  @IsIn(MESSAGE_STATES)
  status?: MessageState;

  @ApiPropertyOptional({ format: 'uuid', maxLength: 36, example: '01920c9e-2b40-7e10-8c22-6d7e8f901a2b' })
  @IsOptional()
  @IsUUID()
  declare cursor?: string;
}

@ApiSchema({ description: 'What became of one message.' })
export class MessageStoryDto implements MessageStory {
  /** Id of the message; the same as in the inbox of testers. */
  @ApiProperty({ format: 'uuid', example: '01920c9e-2b41-7e10-8c22-6d7e8f901a2b' })
  id!: string;

  /** By what it goes. */
  @ApiProperty({ enum: ['sms', 'email'], example: 'sms' })
  channel!: 'sms' | 'email';

  /** Phone number or e-mail address; null once it is forgotten. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456789' })
  to!: string | null;

  /** Which text it is: `otp-code` has a one-time code; those that begin with `notice-` tell of a change to the account. */
  @ApiProperty({ example: 'otp-code' })
  template!: string;

  /** The language of its text. */
  @ApiProperty({ enum: ['en', 'ru'], example: 'en' })
  locale!: 'en' | 'ru';

  /**
   * `queued` waits, also to be tried again; `sending` is being handed over; `sent` was taken by the provider; then `delivered` or
   * `undelivered`, where the provider tells. `failed` was not taken, `expired` came too late to be sent, and `ambiguous` may have been
   * taken, so it is never sent again.
   */
  @ApiProperty({ enum: MESSAGE_STATES, example: 'delivered' })
  state!: MessageState;

  /**
   * Why it was not taken or not delivered, or is tried again: a word for programs, such as `invalid_number`, `rejected`, `no_money`,
   * `rate_limited`, `no_connection`, `timeout` or `undelivered`; null while nothing went wrong.
   */
  @ApiProperty({ type: String, nullable: true, example: null })
  failure!: string | null;

  /** How often it was handed to the provider. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  attempts!: number;

  /** The provider's own id of it; null until it was taken. */
  @ApiProperty({ type: String, nullable: true, example: '12345' })
  providerId!: string | null;

  /** When it was written. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T10:00:00.120Z' })
  queuedAt!: Date;

  /** When it was last handed to the provider; null if never. */
  @ApiProperty({ ...MOMENT, example: '2026-11-20T10:00:00.135Z' })
  sendingAt!: Date | null;

  /** When the provider had taken it, or it was given up; null until then. */
  @ApiProperty({ ...MOMENT, example: '2026-11-20T10:00:01.480Z' })
  settledAt!: Date | null;

  /** When the provider said that it was delivered, or was not; null where it has not said so. */
  @ApiProperty({ ...MOMENT, example: '2026-11-20T10:00:04.200Z' })
  reportedAt!: Date | null;

  /** From when on it is not worth sending. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T10:05:00.120Z' })
  expiresAt!: Date;
}

@ApiSchema({ description: 'One page of the trail of messages.' })
export class MessageTrailPageDto {
  /** The newest first. May be fewer than were asked for, also where more follow. */
  @ApiProperty({ type: [MessageStoryDto], maxItems: 100 })
  items!: MessageStoryDto[];

  /** What to send as `cursor` for the next page; null on the last. */
  @ApiProperty({ type: String, nullable: true, format: 'uuid', example: null })
  nextCursor!: string | null;
}
