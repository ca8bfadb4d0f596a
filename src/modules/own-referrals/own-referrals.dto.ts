import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { PageQueryDto } from '../../common/http/page.dto.js';
import { InvitedDto, IsInviteText } from '../profiles/invited.dto.js';
import { InviteesTotalDto } from '../profiles/profile.dto.js';
import type { OwnReferrals } from './own-referrals.service.js';

export class ActivateCodeDto extends InvitedDto {
  @IsInviteText({ optional: false })
  declare inviteCode: string;
}

export class ActivationDto {
  /** The code that was activated, as its owner has it. */
  @ApiProperty({ example: '7HX2QC' })
  inviteCode!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  activatedAt!: Date;
}

export class OwnReferralsDto implements OwnReferrals {
  /** The code that this person hands to others: six digits and letters. */
  @ApiProperty({ example: '4KTR9M' })
  inviteCode!: string;

  /** The same as a link: it leads to the sign-in, and brings the code there. */
  @ApiProperty({ format: 'uri', example: 'https://id.example.com/i/4KTR9M' })
  shareUrl!: string;

  /** The code of somebody else that this person came by. */
  @ApiProperty({ type: String, nullable: true, example: '7HX2QC' })
  activatedInviteCode!: string | null;

  @ApiProperty({ type: InviteesTotalDto })
  invitees!: InviteesTotalDto;

  /** How often links of this person were opened: by a visitor once a day. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  opens!: number;
}

export class InviteesQueryDto extends PageQueryDto {
  @IsOptional()
  @Matches(/^[1-9][0-9]{0,8}$/, { message: 'Send the nextCursor of the page before, or leave it out.' })
  declare cursor?: string;
}
