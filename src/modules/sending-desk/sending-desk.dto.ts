import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { lengthWithin, textField } from '../../common/http/fields.decorators.js';
import type { BreakerState, SendingState } from '../sending/sending.service.js';
import type { Turn } from './sending-desk.service.js';

export class TurnSendingDto implements Turn {
  /** Whether SMS go out. */
  @ApiProperty({ example: true })
  @IsBoolean()
  enabled!: boolean;

  @IsSwitchReason()
  reason?: string;
}

class BreakerStateDto implements BreakerState {
  /** `open`: nothing is sent, for the provider fails. `half_open`: one message is tried next, and closes it or opens it again. */
  @ApiProperty({ enum: ['closed', 'open', 'half_open'] })
  state!: BreakerState['state'];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  openUntil!: Date | null;

  /** The failure that opened it. */
  @ApiProperty({ type: String, nullable: true, example: 'no_money' })
  failure!: string | null;

  /** How many messages have failed in a row. */
  @ApiProperty({ type: 'integer', example: 0 })
  failures!: number;
}

export class SendingStateDto implements SendingState {
  @ApiProperty({ enum: ['sms'] })
  channel!: SendingState['channel'];

  /** Whether administrators let SMS go out. */
  @ApiProperty({ example: true })
  enabled!: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'The provider asks for a pause' })
  reason!: string | null;

  /** When it was last turned on or off; null if never. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  changedAt!: Date | null;

  /** Who did that; null for operators of the machine. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  changedBy!: string | null;

  @ApiProperty({ type: BreakerStateDto })
  breaker!: BreakerStateDto;
}

function IsSwitchReason(): PropertyDecorator {
  return textField(
    {
      rule: 'switchReason',
      message: 'Type a reason of at most 200 characters, or leave it out.',
      accepts: lengthWithin(1, 200),
      schema: {
        description: 'Why, for staff.',
        example: 'The provider asks for a pause',
        minLength: 1,
        maxLength: 200,
      },
    },
    { optional: true },
  );
}
