import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { PageQueryDto, PlusForSpace } from '../../common/http/page.dto.js';
import { MESSAGE_STATES, type MessageState, type MessageStory } from './message-trail.service.js';

const MOMENT = { type: String, format: 'date-time', nullable: true } as const;

export class MessageTrailQueryDto extends PageQueryDto {
  /** Phone number or e-mail address of the recipient. */
  @ApiPropertyOptional({ example: '+79123456789' })
  @IsOptional()
  @PlusForSpace()
  @IsString()
  @Length(1, 254)
  to?: string;

  @ApiPropertyOptional({ enum: MESSAGE_STATES, example: 'failed' })
  @IsOptional()
  @IsIn(MESSAGE_STATES)
  status?: MessageState;

  @IsOptional()
  @IsUUID()
  declare cursor?: string;
}

/** What became of one message. */
export class MessageStoryDto implements MessageStory {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: 'sms' | 'email';

  /** Phone number or e-mail address; null once it is forgotten. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456789' })
  to!: string | null;

  @ApiProperty({ example: 'otp-code' })
  template!: string;

  @ApiProperty({ enum: ['en', 'ru'] })
  locale!: 'en' | 'ru';

  @ApiProperty({ enum: MESSAGE_STATES, example: 'delivered' })
  state!: MessageState;

  /** Why it was not taken or not delivered, or is tried again. */
  @ApiProperty({ type: String, nullable: true, example: 'no_money' })
  failure!: string | null;

  /** How often it was handed to the provider. */
  @ApiProperty({ type: 'integer', example: 1 })
  attempts!: number;

  /** The provider's own id of it. */
  @ApiProperty({ type: String, nullable: true, example: '12345' })
  providerId!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  queuedAt!: Date;

  @ApiProperty(MOMENT)
  sendingAt!: Date | null;

  /** When the provider had taken it, or it was given up. */
  @ApiProperty(MOMENT)
  settledAt!: Date | null;

  /** When the provider said that it was delivered, or was not. */
  @ApiProperty(MOMENT)
  reportedAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: Date;
}

export class MessageTrailPageDto {
  /** May be fewer than were asked for, also where more follow. */
  @ApiProperty({ type: [MessageStoryDto] })
  items!: MessageStoryDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
