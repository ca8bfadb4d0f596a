import { PickType } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { textField } from '../../common/http/fields.decorators.js';
import { TurnSendingDto } from '../sending-desk/sending-desk.dto.js';

const TURNS = ['on', 'off'] as const;

export class TurnForm extends PickType(TurnSendingDto, ['reason'] as const) {
  @IsIn(TURNS)
  turn!: (typeof TURNS)[number];

  /** Whoever turns sending on has ticked the box that says what that does. */
  @ValidateIf(({ turn }: TurnForm) => turn === 'on')
  @IsTicked()
  confirmed?: string;
}

function IsTicked(): PropertyDecorator {
  return textField({ rule: 'ticked', message: 'Tick the box.', accepts: (text) => text === 'yes', schema: {} });
}
