import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { lengthWithin, textField } from '../../common/http/fields.decorators.js';
import type { BreakerState, SendingState } from '../sending/sending.service.js';
import type { Turn } from './sending-desk.service.js';

@ApiSchema({ description: 'Where to turn the switch for SMS, and why.' })
export class TurnSendingDto implements Turn {
  /** Whether SMS go out from now on. */
  @ApiProperty({ example: false })
  @IsBoolean()
  enabled!: boolean;

  @IsSwitchReason()
  reason?: string;
}

@ApiSchema({ description: 'What keeps SMS back by itself while the provider fails.' })
class BreakerStateDto implements BreakerState {
  /**
   * `closed`: messages are sent. `open`: nothing is sent, for the provider fails. `half_open`: one message is tried next, and closes it or
   * opens it again.
   */
  @ApiProperty({ enum: ['closed', 'open', 'half_open'], example: 'closed' })
  state!: BreakerState['state'];

  /** Until when nothing is sent, then one message is tried; null while it is closed. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  openUntil!: Date | null;

  /** The failure that opened it, such as `no_money`, `unauthorized` or `timeout`; null while it is closed. */
  @ApiProperty({ type: String, nullable: true, example: null })
  failure!: string | null;

  /** How many messages have failed in a row; ten open it, and some failures at once. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  failures!: number;
}

@ApiSchema({ description: 'Whether SMS go out.' })
export class SendingStateDto implements SendingState {
  /** What it is about; e-mail has no switch. */
  @ApiProperty({ enum: ['sms'], example: 'sms' })
  channel!: SendingState['channel'];

  /** Whether administrators let SMS go out: they do while this is true and the breaker is not open. */
  @ApiProperty({ example: false })
  enabled!: boolean;

  /** Why it was last turned, in the words of whoever did; null where nobody said. */
  @ApiProperty({ type: String, nullable: true, example: 'The provider asks for a pause' })
  reason!: string | null;

  /** When the switch was last set, also to where it stood; null if never. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-20T12:00:00.000Z' })
  changedAt!: Date | null;

  /** Id of the person who did that; null if never, and for operators of the machine. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '01920c9e-0a1b-7d2c-8b3a-4c5d6e7f8a9b' })
  changedBy!: string | null;

  /** What keeps SMS back by itself. */
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
        description: 'Why, for other staff, who read it beside the switch; left out, no reason is kept.',
        example: 'The provider asks for a pause',
        minLength: 1,
        maxLength: 200,
      },
    },
    { optional: true },
  );
}
