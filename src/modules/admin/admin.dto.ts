import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength, ValidateBy } from 'class-validator';
import { IsEmailText, IsPhoneText, IsRegion, textField } from '../../common/http/fields.decorators.js';
import { PageQueryDto, PlusForSpace } from '../../common/http/page.dto.js';
import { type Role, ROLES } from '../../common/role.js';
import { ProfileChangesDto } from '../profiles/profile-changes.dto.js';
import { ProfileDto, ProfileSummaryDto } from '../profiles/profile.dto.js';
import type { PersonChanges } from './changes.service.js';
import type { AuditView, PersonSummary, PersonView } from './looks.service.js';

const STATUSES = ['active', 'blocked'] as const;
type Status = (typeof STATUSES)[number];

export class PeopleQueryDto extends PageQueryDto {
  /** The beginning of a phone number, an e-mail address, a username, or a name: the first or the last one first. */
  @ApiPropertyOptional({ example: '+7912' })
  @IsOptional()
  @PlusForSpace()
  @IsString()
  @MaxLength(254)
  q?: string;

  @ApiPropertyOptional({ enum: ROLES })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: Status;

  // It holds, sealed, what the last person of a page was found by: a name of two hundred characters at the longest.
  @IsOptional()
  @IsString()
  @MaxLength(1_200)
  declare cursor?: string;
}

class ReasonedDto {
  /** What an administrator wrote when blocking; null for whoever reads their own. */
  @ApiProperty({ type: String, nullable: true })
  blockedReason!: string | null;
}

/** A person as staff see them. */
export class PersonDto extends IntersectionType(ProfileDto, ReasonedDto) implements PersonView {}

/** The same in a list. */
export class PersonSummaryDto extends IntersectionType(ProfileSummaryDto, ReasonedDto) implements PersonSummary {}

export class PeoplePageDto {
  /** May be fewer than were asked for, also where more follow. */
  @ApiProperty({ type: [PersonSummaryDto] })
  items!: PersonSummaryDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class ChangePersonDto extends ProfileChangesDto implements PersonChanges {
  @ApiPropertyOptional({ enum: ROLES, example: 'user' })
  @OneOfThose(ROLES)
  role?: Role;

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

export class AuditQueryDto extends PageQueryDto {
  /** Whoever did it or had it done to them. */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  userId?: string;

  /** What was done. */
  @ApiPropertyOptional({ example: 'users.blocked' })
  @IsOptional()
  @Matches(/^[a-z_]{1,30}\.[a-z_]{1,50}$/)
  action?: string;

  @IsOptional()
  @IsUUID()
  declare cursor?: string;
}

export class AuditEntryDto implements AuditView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'users.blocked' })
  action!: string;

  /** Who did it; null for strangers, for operators of the machine and for the system. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  actorId!: string | null;

  /** Whom it was done to. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  subjectId!: string | null;

  /** Where from, masked. */
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.*' })
  address!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { by: 'code' } })
  details!: Record<string, unknown>;

  /** How often: failures of one kind, person, network and hour are one entry. */
  @ApiProperty({ type: 'integer', example: 1 })
  times!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  lastAt!: Date;
}

export class AuditPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  items!: AuditEntryDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
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
