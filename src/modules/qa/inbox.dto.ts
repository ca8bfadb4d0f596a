import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDate, IsInt, IsOptional, IsString, IsUUID, Length, Max, MaxDate, Min, MinDate } from 'class-validator';
import { PageQueryDto, PlusForSpace } from '../../common/http/page.dto.js';
import type { InboxMessage, WaitResult } from './inbox.service.js';

/** PostgreSQL knows fewer years than JavaScript. */
const EARLIEST = new Date('2000-01-01T00:00:00Z');
const LATEST = new Date('2999-12-31T23:59:59Z');

export class InboxQueryDto extends PageQueryDto {
  /** Phone number or e-mail address of the recipient. */
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

  @IsOptional()
  @IsUUID()
  declare cursor?: string;
}

export class LatestQueryDto {
  /** Phone number or e-mail address of the recipient. */
  @ApiProperty({ example: '+79123456789' })
  @PlusForSpace()
  @IsString()
  @Length(1, 254)
  to!: string;
}

export class WaitQueryDto extends LatestQueryDto {
  /** Only messages written after this moment; a minute ago when it is left out. */
  @ApiPropertyOptional({ type: String, format: 'date-time' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  @MinDate(EARLIEST)
  @MaxDate(LATEST)
  since?: Date;

  /** How many seconds to wait at most. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 30, default: 25 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(30)
  timeout = 25;
}

export class MessageStateDto {
  @ApiProperty({ enum: ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'expired', 'ambiguous'] })
  state!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: Date;
}

export class InboxMessageDto implements InboxMessage {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: 'sms' | 'email';

  @ApiProperty({ example: '+79123456789' })
  to!: string;

  @ApiProperty({ example: 'Latchkey: 4071 is your code. Never share it.\n@localhost #4071' })
  text!: string;

  /** The one-time code in it, if it has one. */
  @ApiProperty({ type: String, nullable: true, example: '4071' })
  code!: string | null;

  /** How many SMS the operator bills. */
  @ApiProperty({ type: 'integer', example: 1 })
  segments!: number;

  /** What has happened to it, oldest first. */
  @ApiProperty({ type: [MessageStateDto] })
  states!: MessageStateDto[];

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: Date;
}

export class InboxPageDto {
  @ApiProperty({ type: [InboxMessageDto] })
  items!: InboxMessageDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class WaitResultDto implements WaitResult {
  @ApiProperty({ type: InboxMessageDto, nullable: true })
  message!: InboxMessageDto | null;

  @ApiProperty()
  timedOut!: boolean;
}
