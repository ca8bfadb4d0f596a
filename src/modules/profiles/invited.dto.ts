import { ApiProperty } from '@nestjs/swagger';
import { isIn, ValidateBy } from 'class-validator';
import { lengthWithin, textField } from '../../common/http/fields.decorators.js';
import type { InviteVia } from '../referrals/redemptions.service.js';

const LONGEST = 64;
const VIAS = ['typed', 'link', 'qr'] as const satisfies readonly InviteVia[];
/** Said wherever somebody is about to activate a code. */
export const INVITER_SEES_PHONE =
  'Whoever owns the code will see the phone and the name of the person: tell them before.';

/** An invite code as people type it. Whether it is somebody's, or can be anybody's, is decided later. */
export const IsInviteText = ({ optional }: { optional: boolean }): PropertyDecorator =>
  textField(
    {
      rule: 'inviteText',
      message: `Type an invite code; it has 6 letters and digits, and at most ${LONGEST} characters are read.`,
      // Forms send an empty one when nothing was typed.
      accepts: lengthWithin(optional ? 0 : 1, LONGEST),
      schema: {
        description:
          'The invite code of somebody else as people type it: capitals or not, with spaces and hyphens, O for 0, I or L for 1, ' +
          `Cyrillic letters that look like Latin ones. ${INVITER_SEES_PHONE}${optional ? ' An empty one counts as none.' : ''}`,
        example: '7HX2QC',
        minLength: optional ? 0 : 1,
        maxLength: LONGEST,
      },
    },
    { optional },
  );

/** Bodies that may bring an invite code extend it. */
export class InvitedDto {
  @IsInviteText({ optional: true })
  inviteCode?: string;

  /** How the code came to the person; left out, it was typed. */
  @ValidateBy({
    name: 'inviteVia',
    validator: {
      validate: (value: unknown) => value === undefined || isIn(value, VIAS),
      defaultMessage: () => `Choose one of ${VIAS.join(', ')}, or leave it out.`,
    },
  })
  @ApiProperty({ enum: VIAS, required: false, default: 'typed', example: 'typed' })
  inviteVia?: InviteVia;
}
