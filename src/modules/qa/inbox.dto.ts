import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDate, IsInt, IsOptional, IsString, IsUUID, Length, Max, MaxDate, Min, MinDate } from 'class-validator';
import { PageQueryDto, PlusForSpace } from '../../common/http/page.dto.js';
import type { InboxMessage, WaitResult } from './inbox.service.js';

/** PostgreSQL knows fewer years than JavaScript. */
const EARLIEST = new Date('2000-01-01T00:00:00Z');
const LATEST = new Date('2999-12-31T23:59:59Z');

const STATES = ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'expired', 'ambiguous'] as const;
const STATES_OF_ONE = [
  { state: 'queued', at: '2026-11-20T10:00:00.120Z' },
  { state: 'sending', at: '2026-11-20T10:00:00.135Z' },
  { state: 'sent', at: '2026-11-20T10:00:01.480Z' },
];

@ApiSchema({ description: 'Which messages, and which page of them.' })
export class InboxQueryDto extends PageQueryDto {
  /** Phone number or e-mail address of the recipient, as people type it; everybody's messages when it is left out. */
  @ApiPropertyOptional({ example: '+79123456789' })
  @IsOptional()
  @PlusForSpace()
  @IsString()
  @Length(1, 254)
  to?: string;

  /** Part of a number, an address or a text, in capitals or not; looks through the newest 500 messages. */
  @ApiPropertyOptional({ example: '4071' })
  @IsOptional()
  @PlusForSpace()
  @IsString()
  @Length(1, 100)
  q?: string;

  @ApiPropertyOptional({ format: 'uuid', maxLength: 36, example: '01920c9e-2b40-7e10-8c22-6d7e8f901a2b' })
  @IsOptional()
  @IsUUID()
  declare cursor?: string;
}

@ApiSchema({ description: 'Whose messages.' })
export class LatestQueryDto {
  /** Phone number or e-mail address of the recipient, as people type it. */
  @ApiProperty({ example: '+79123456789' })
  @PlusForSpace()
  @IsString()
  @Length(1, 254)
  to!: string;
}

@ApiSchema({ description: 'Whose message, and how long to wait for it.' })
export class WaitQueryDto extends LatestQueryDto {
  /** Only messages written after this moment, of the years 2000 to 2999; a minute ago when it is left out. */
  @ApiPropertyOptional({ type: String, format: 'date-time', example: '2026-11-20T10:00:00.000Z' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  @MinDate(EARLIEST)
  @MaxDate(LATEST)
  since?: Date;

  /** How many seconds to wait at most; 0 only looks. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 30, default: 25, example: 25 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(30)
  timeout = 25;
}

@ApiSchema({ description: 'A state that a message came to, and when.' })
export class MessageStateDto {
  /**
   * `queued` waits; `sending` is being handed over; `sent` was taken by the provider; then `delivered` or `undelivered`, where the provider
   * tells. `failed` was not taken, `expired` came too late to be sent, and `ambiguous` may have been taken, so it is never sent again.
   */
  @ApiProperty({ enum: STATES, example: 'queued' })
  state!: string;

  /** When it came to it. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T10:00:00.120Z' })
  at!: Date;
}

@ApiSchema({ description: 'A message as its recipient reads it, and what became of it.' })
export class InboxMessageDto implements InboxMessage {
  /** Id of the message; the same as in the trail of messages. */
  @ApiProperty({ format: 'uuid', example: '01920c9e-2b41-7e10-8c22-6d7e8f901a2b' })
  id!: string;

  /** By what it goes. */
  @ApiProperty({ enum: ['sms', 'email'], example: 'sms' })
  channel!: 'sms' | 'email';

  /** Phone number (E.164) or e-mail address (in small letters) of the recipient. */
  @ApiProperty({ example: '+79123456789' })
  to!: string;

  /** What it says; of an e-mail its text, without the subject. */
  @ApiProperty({ example: 'Latchkey: 4071 is your code. Never share it.\n@localhost #4071' })
  text!: string;

  /** The one-time code in it; null if it has none. */
  @ApiProperty({ type: String, nullable: true, pattern: '^[0-9]{4,8}$', example: '4071' })
  code!: string | null;

  /** How many SMS the operator bills; 1 for an e-mail. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  segments!: number;

  /** What has happened to it, the oldest first. */
  @ApiProperty({ type: [MessageStateDto], minItems: 1, maxItems: 4, example: STATES_OF_ONE })
  states!: MessageStateDto[];

  /** When it was written. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T10:00:00.120Z' })
  createdAt!: Date;

  /** From when on it is not worth sending; that of a code is when the code ends. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T10:05:00.120Z' })
  expiresAt!: Date;
}

@ApiSchema({ description: 'One page of the inbox.' })
export class InboxPageDto {
  /** The newest first. */
  @ApiProperty({ type: [InboxMessageDto], maxItems: 100 })
  items!: InboxMessageDto[];

  /** What to send as `cursor` for the next page; null on the last. */
  @ApiProperty({ type: String, nullable: true, format: 'uuid', example: null })
  nextCursor!: string | null;
}

@ApiSchema({ description: 'The message that was waited for, or that none came.' })
export class WaitResultDto implements WaitResult {
  /** The newest message that fits; null when none came in time. */
  @ApiProperty({ type: InboxMessageDto, nullable: true })
  message!: InboxMessageDto | null;

  /** Whether the time was over before a message came: then ask again. */
  @ApiProperty({ example: false })
  timedOut!: boolean;
}
