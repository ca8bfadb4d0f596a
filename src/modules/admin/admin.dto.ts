import { ApiProperty, ApiPropertyOptional, ApiSchema, type ApiSchemaOptions, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, ValidateBy } from 'class-validator';
import { NEXT_CURSOR } from '../../common/contract/values.js';
import { IsEmailText, IsPhoneText, IsRegion, textField } from '../../common/http/fields.decorators.js';
import { PageQueryDto, PlusForSpace } from '../../common/http/page.dto.js';
import { type Role, ROLES } from '../../common/role.js';
import { ProfileChangesDto } from '../profiles/profile-changes.dto.js';
import { ProfileDto, ProfileSummaryDto } from '../profiles/profile.dto.js';
import type { PersonChanges } from './changes.service.js';
import type { PersonSummary, PersonView } from './looks.service.js';

const STATUSES = ['active', 'blocked'] as const;
type Status = (typeof STATUSES)[number];

export class PeopleQueryDto extends PageQueryDto {
  /**
   * The beginning of a phone number, an e-mail address, a username, or a name: the first or the last one first. Three digits or more,
   * and no letters, are taken for a phone, with or without its country code.
   */
  @ApiPropertyOptional({ example: '+7912', maxLength: 254 })
  @IsOptional()
  @PlusForSpace()
  @IsString()
  @MaxLength(254)
  q?: string;

  /** Only those with this role. */
  @ApiPropertyOptional({ enum: ROLES, example: 'user' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  /** Only those who may sign in, or only those who are blocked. */
  @ApiPropertyOptional({ enum: STATUSES, example: 'active' })
  @IsOptional()
  @IsIn(STATUSES)
  status?: Status;

  // It holds, sealed, what the last person of a page was found by: a name of two hundred characters at the longest.
  @ApiPropertyOptional({ maxLength: 1_200, example: 'mN4rSvBzYcApT7w2QeX9kL' })
  @IsOptional()
  @IsString()
  @MaxLength(1_200)
  declare cursor?: string;
}

class ReasonedDto {
  /** What an administrator wrote when blocking; null where nothing was written, and for whoever reads about themself. */
  @ApiProperty({ type: String, nullable: true, example: null })
  blockedReason!: string | null;
}

@ApiSchema({ description: 'A person as staff see them.' })
export class PersonDto extends IntersectionType(ProfileDto, ReasonedDto) implements PersonView {}

@ApiSchema({ description: 'A person as staff see them in a list.' })
export class PersonSummaryDto extends IntersectionType(ProfileSummaryDto, ReasonedDto) implements PersonSummary {}

@ApiSchema({ description: 'A page of people.' })
export class PeoplePageDto {
  /** May be fewer than were asked for, also where more follow. */
  @ApiProperty({ type: [PersonSummaryDto], maxItems: 100 })
  items!: PersonSummaryDto[];

  @ApiProperty(NEXT_CURSOR)
  nextCursor!: string | null;
}

@ApiSchema({
  description: 'What is to change of the person: what is left out stays, null clears.',
  example: { status: 'blocked', blockedReason: 'Sent spam to those whom they invited' },
} as ApiSchemaOptions)
export class ChangePersonDto extends ProfileChangesDto implements PersonChanges {
  /** What the person may do from now on. */
  @ApiPropertyOptional({ enum: ROLES, example: 'user' })
  @OneOfThose(ROLES)
  role?: Role;

  /** `blocked` puts the person out at once and keeps them out; `active` lets them in again. */
  @ApiPropertyOptional({ enum: STATUSES, example: 'blocked' })
  @OneOfThose(STATUSES)
  status?: Status;

  @OnlyWhenBlocking()
  @IsReason()
  blockedReason?: string | null;

  @IsPhoneText({ optional: true, nullable: true })
  phone?: string | null;

  @IsRegion({ optional: true })
  region?: string;

  @IsEmailText({ optional: true, nullable: true })
  email?: string | null;
}

/** May be left out, but not be null, which `IsOptional` would let pass. */
function OneOfThose(values: readonly string[]): PropertyDecorator {
  return ValidateBy({
    name: 'isIn',
    validator: {
      validate: (value: unknown) => value === undefined || values.includes(value as string),
      defaultMessage: () => `Choose one of ${values.join(', ')}.`,
    },
  });
}

function IsReason(): PropertyDecorator {
  return textField(
    {
      rule: 'reason',
      message: 'Type a reason of at most 500 characters, or send null.',
      accepts: (text) => text.length > 0 && [...text].length <= 500,
      schema: {
        description: 'Why, for staff only; beside `status: blocked`.',
        example: 'Spam',
        minLength: 1,
        maxLength: 500,
      },
    },
    { optional: true, nullable: true },
  );
}

function OnlyWhenBlocking(): PropertyDecorator {
  return ValidateBy({
    name: 'onlyWhenBlocking',
    validator: {
      validate: (value, args) => value === undefined || (args?.object as ChangePersonDto).status === 'blocked',
      defaultMessage: () => 'Send a reason together with the status blocked, or leave it out.',
    },
  });
}
