import { ApiProperty, ApiSchema, IntersectionType } from '@nestjs/swagger';
import {
  AVATAR_ID,
  email,
  EXAMPLE_IDS,
  id,
  inviteCode,
  moment,
  NEXT_CURSOR,
  orNull,
  phone,
} from '../../common/contract/values.js';
import { type Locale, LOCALES } from '../../common/locale.js';
import { type Role, ROLES } from '../../common/role.js';
import type { Invitee, InviteesPage } from '../referrals/invitees.service.js';
import type { Profile, ProfileSummary } from './profiles.service.js';

const NAME = { type: String, nullable: true, maxLength: 100 } as const;

@ApiSchema({ description: 'Somebody who activated an invite code of the person.' })
export class InviteeDto implements Invitee {
  /** E.164, or masked where the service is set so; null when they have none, or were deleted. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456790' })
  phone!: string | null;

  /** First and last name, as far as they told; null when they told none, or were deleted. */
  @ApiProperty({ type: String, nullable: true, maxLength: 201, example: 'Boris Petrov' })
  name!: string | null;

  /** Whether they have deleted their account since; they still count. */
  @ApiProperty({ type: Boolean, example: false })
  deleted!: boolean;

  /** When they activated the code. */
  @ApiProperty(moment('09:10:00'))
  joinedAt!: Date;
}

@ApiSchema({ description: 'A page of the people who activated an invite code of the person.' })
export class InviteesPageDto implements InviteesPage {
  /** The newest first. */
  @ApiProperty({ type: [InviteeDto], maxItems: 100 })
  items!: InviteeDto[];

  @ApiProperty(NEXT_CURSOR)
  nextCursor!: string | null;
}

@ApiSchema({ description: 'How many people activated an invite code of the person.' })
export class InviteesTotalDto {
  /** How many people activated a code of this person, those who were deleted since included. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  total!: number;
}

@ApiSchema({
  description:
    'Those who activated an invite code of the person: the newest 20. The others follow under `GET /api/v1/referrals/me/invitees`.',
})
export class NewestInviteesDto extends IntersectionType(InviteesTotalDto, InviteesPageDto) {
  /** The newest first. */
  @ApiProperty({ type: [InviteeDto], maxItems: 20 })
  declare items: InviteeDto[];
}

@ApiSchema({ description: 'A person in a list.' })
export class ProfileSummaryDto implements ProfileSummary {
  /** The id of the person: the `sub` of their access tokens. */
  @ApiProperty(id(EXAMPLE_IDS.anna))
  id!: string;

  /** E.164; null when there is none. It is proven, or an administrator vouched for it. */
  @ApiProperty(orNull(phone('+79123456789')))
  phone!: string | null;

  /** Lower-cased; null when there is none. It is proven, or an administrator vouched for it. */
  @ApiProperty(orNull(email('anna@example.com')))
  email!: string | null;

  /** A name to sign in by with a password, beside the contacts. */
  @ApiProperty({ type: String, nullable: true, pattern: '^[a-z][a-z0-9_]{2,29}$', maxLength: 30, example: 'anna_92' })
  username!: string | null;

  /** The first name; null until the person tells it. */
  @ApiProperty({ ...NAME, example: 'Anna' })
  firstName!: string | null;

  /** The last name; null until the person tells it. */
  @ApiProperty({ ...NAME, example: 'Ivanova' })
  lastName!: string | null;

  /** Where the person lives; null until they tell it. */
  @ApiProperty({ ...NAME, example: 'Kazan' })
  city!: string | null;

  /** The number of a Telegram account, or its name with `@`. */
  @ApiProperty({
    type: String,
    nullable: true,
    pattern: '^([0-9]{5,20}|@[A-Za-z][A-Za-z0-9_]{4,31})$',
    maxLength: 33,
    example: '12345678',
  })
  telegramId!: string | null;

  /** Path of the picture on this server, for `GET /api/v1/avatars/{id}`; null when there is none. Another picture has another one. */
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uri-reference',
    pattern: `^/api/v1/avatars/${AVATAR_ID}$`,
    example: `/api/v1/avatars/${EXAMPLE_IDS.avatar}`,
  })
  avatarUrl!: string | null;

  /**
   * The language of what this person is told by message, codes aside: these are in that of the request; null while that of each request
   * decides.
   */
  @ApiProperty({ type: String, enum: [...LOCALES, null], nullable: true, example: 'ru' })
  locale!: Locale | null;

  /** What the person may do: `moderator` may read about everybody, `admin` may change everybody, too. */
  @ApiProperty({ enum: ROLES, example: 'user' })
  role!: Role;

  /** Whether the person may sign in. Whoever is blocked reads nothing of their own, so it is for staff that it matters. */
  @ApiProperty({ enum: ['active', 'blocked'], example: 'active' })
  status!: 'active' | 'blocked' | 'deleted';

  /** The code that this person hands to others. */
  @ApiProperty(inviteCode('4KTR9M'))
  inviteCode!: string;

  /** The code of somebody else that this person came by; null when there is none. */
  @ApiProperty(orNull(inviteCode('7HX2QC')))
  activatedInviteCode!: string | null;

  /** How many people activated a code of this person. */
  @ApiProperty({ type: InviteesTotalDto })
  invitees!: InviteesTotalDto;

  /** When the person was registered. */
  @ApiProperty(moment('08:30:15'))
  createdAt!: Date;
}

@ApiSchema({ description: 'The profile of a person, as it is now.' })
export class ProfileDto extends ProfileSummaryDto implements Profile {
  /** Those who activated a code of this person. */
  @ApiProperty({ type: NewestInviteesDto })
  declare invitees: NewestInviteesDto;
}
