import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { PageQueryDto } from '../../common/http/page.dto.js';
import { InvitedDto, IsInviteText } from '../profiles/invited.dto.js';
import { InviteesTotalDto } from '../profiles/profile.dto.js';
import type { OwnReferrals } from './own-referrals.service.js';

/** Every invite code, as it is answered. */
const INVITE_CODE = { pattern: '^[0-9A-HJKMNP-TV-Z]{6}$' } as const;

@ApiSchema({ description: 'The invite code of somebody else, and how it came to the person.' })
export class ActivateCodeDto extends InvitedDto {
  @IsInviteText({ optional: false })
  declare inviteCode: string;
}

@ApiSchema({ description: 'The invite code that the person came by.' })
export class ActivationDto {
  /** The code that was activated, as its owner has it, however it was typed. */
  @ApiProperty({ ...INVITE_CODE, example: '7HX2QC' })
  inviteCode!: string;

  /** When it was activated for the first time. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T10:02:00.000Z' })
  activatedAt!: Date;
}

@ApiSchema({ description: 'What a person has to do with invitations.' })
export class OwnReferralsDto implements OwnReferrals {
  /** The code that this person hands to others: six digits and letters. */
  @ApiProperty({ ...INVITE_CODE, example: '4KTR9M' })
  inviteCode!: string;

  /** The same as a link: it leads to the sign-in, and brings the code there. */
  @ApiProperty({ format: 'uri', example: 'https://id.example.com/i/4KTR9M' })
  shareUrl!: string;

  /** The code of somebody else that this person came by; null while there is none. */
  @ApiProperty({ type: String, nullable: true, ...INVITE_CODE, example: '7HX2QC' })
  activatedInviteCode!: string | null;

  /** How many people came by the codes of this person. */
  @ApiProperty({ type: InviteesTotalDto })
  invitees!: InviteesTotalDto;

  /** How often links of this person were opened in a browser, those of codes before too: by a visitor once a day for each link. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  opens!: number;
}

@ApiSchema({ description: 'Which page of the invitees.' })
export class InviteesQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ pattern: '^[1-9][0-9]{0,8}$', maxLength: 9, example: '21' })
  @IsOptional()
  @Matches(/^[1-9][0-9]{0,8}$/, { message: 'Send the nextCursor of the page before, or leave it out.' })
  declare cursor?: string;
}
