import { ValidateBy } from 'class-validator';
import { ReauthenticationDto } from '../../common/http/access.decorators.js';
import { IsInviteText } from '../profiles/invited.dto.js';

export class InviteForm {
  @IsInviteText({ optional: false })
  inviteCode!: string;
}

export class DeleteForm extends ReauthenticationDto {
  /** A box to be ticked: nobody deletes themself by one press of a button. */
  @ValidateBy({
    name: 'ticked',
    validator: { validate: (value) => value === 'yes', defaultMessage: () => 'Tick the box.' },
  })
  understood!: 'yes';
}
