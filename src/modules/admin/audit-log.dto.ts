import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsOptional, IsUUID, Matches } from 'class-validator';
import { EXAMPLE_IDS, id, MASKED_ADDRESS, moment, NEXT_CURSOR, orNull } from '../../common/contract/values.js';
import { PageQueryDto } from '../../common/http/page.dto.js';
import { AUDIT_ACTIONS } from '../audit/audit.service.js';
import type { AuditView } from './looks.service.js';

const ACTION = /^[a-z_]{1,30}\.[a-z_]{1,50}$/;

export class AuditQueryDto extends PageQueryDto {
  /** Only what this person did or had done to them. */
  @ApiPropertyOptional(id(EXAMPLE_IDS.anna))
  @IsOptional()
  @IsUUID()
  userId?: string;

  /** Only entries of this kind. */
  @ApiPropertyOptional({ pattern: ACTION.source, maxLength: 81, example: 'users.blocked' })
  @IsOptional()
  @Matches(ACTION)
  action?: string;

  @ApiPropertyOptional({ format: 'uuid', maxLength: 36, example: EXAMPLE_IDS.entry })
  @IsOptional()
  @IsUUID()
  declare cursor?: string;
}

@ApiSchema({ description: 'Something that was done, and is kept.' })
export class AuditEntryDto implements AuditView {
  /** The id of the entry; a later one has a greater id. */
  @ApiProperty(id(EXAMPLE_IDS.entry))
  id!: string;

  /** What was done. */
  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'users.blocked' })
  action!: string;

  /** Who did it; null for strangers, for operators of the machine and for the system. */
  @ApiProperty(orNull(id(EXAMPLE_IDS.admin)))
  actorId!: string | null;

  /** Whom it was done to; null where it was done to nobody, such as a search. */
  @ApiProperty(orNull(id(EXAMPLE_IDS.anna)))
  subjectId!: string | null;

  /** Where from, masked; null for operators of the machine, and once the person was deleted. */
  @ApiProperty(MASKED_ADDRESS)
  address!: string | null;

  /** More on it; what, depends on the action. Never a contact, a name, a code or a token. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  details!: Record<string, unknown>;

  /** How often: failures of one kind, person, network and hour are one entry. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  times!: number;

  /** When it was done, for the first time where `times` is more than 1. */
  @ApiProperty(moment('12:00:00'))
  createdAt!: Date;

  /** When it was done for the last time. */
  @ApiProperty(moment('12:00:00'))
  lastAt!: Date;
}

@ApiSchema({ description: 'A page of the audit log.' })
export class AuditPageDto {
  /** The newest first. */
  @ApiProperty({ type: [AuditEntryDto], maxItems: 100 })
  items!: AuditEntryDto[];

  @ApiProperty(NEXT_CURSOR)
  nextCursor!: string | null;
}
