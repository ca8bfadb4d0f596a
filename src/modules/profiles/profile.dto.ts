import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { type Locale, LOCALES } from '../../common/locale.js';
import { type Role, ROLES } from '../../common/role.js';
import type { Invitee, InviteesPage } from '../referrals/invitees.service.js';
import type { Profile, ProfileSummary } from './profiles.service.js';

export class InviteeDto implements Invitee {
  /** E.164, or masked where the service is set so; null when they have none, or were deleted. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456790' })
  phone!: string | null;

  /** First and last name, as far as they told. */
  @ApiProperty({ type: String, nullable: true, example: 'Boris Petrov' })
  name!: string | null;

  /** Whether they have deleted their account since; they still count. */
  @ApiProperty({ example: false })
  deleted!: boolean;

  /** When they activated the code. */
  @ApiProperty({ type: String, format: 'date-time' })
  joinedAt!: Date;
}

export class InviteesPageDto implements InviteesPage {
  /** The newest first. */
  @ApiProperty({ type: [InviteeDto] })
  items!: InviteeDto[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

export class InviteesTotalDto {
  /** How many people activated a code of this person, those who were deleted since included. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  total!: number;
}

/** The newest twenty; the others follow under `GET /referrals/me/invitees`. */
export class NewestInviteesDto extends IntersectionType(InviteesTotalDto, InviteesPageDto) {}

/** A person in a list. */
export class ProfileSummaryDto implements ProfileSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** E.164. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456789' })
  phone!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'anna@example.com' })
  email!: string | null;

  /** A name to sign in by, beside the contacts. */
  @ApiProperty({ type: String, nullable: true, example: 'anna_92' })
  username!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Anna' })
  firstName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Ivanova' })
  lastName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Kazan' })
  city!: string | null;

  /** The number of a Telegram account, or its name with @. */
  @ApiProperty({ type: String, nullable: true, example: '12345678' })
  telegramId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  avatarUrl!: string | null;

  /** The language of messages to this person; null while the requests' language decides. */
  @ApiProperty({ type: String, enum: [...LOCALES, null], nullable: true })
  locale!: Locale | null;

  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty({ enum: ['active', 'blocked', 'deleted'] })
  status!: 'active' | 'blocked' | 'deleted';

  /** The code that this person hands to others: six digits and letters. */
  @ApiProperty({ example: '4KTR9M', pattern: '^[0-9A-HJKMNP-TV-Z]{6}$' })
  inviteCode!: string;

  /** The code of somebody else that this person came by. */
  @ApiProperty({ type: String, nullable: true, example: '7HX2QC', pattern: '^[0-9A-HJKMNP-TV-Z]{6}$' })
  activatedInviteCode!: string | null;

  @ApiProperty({ type: InviteesTotalDto })
  invitees!: InviteesTotalDto;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;
}

export class ProfileDto extends ProfileSummaryDto implements Profile {
  @ApiProperty({ type: NewestInviteesDto })
  declare invitees: NewestInviteesDto;
}
