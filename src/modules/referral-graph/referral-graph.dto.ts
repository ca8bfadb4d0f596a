import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { type Burst, type BusyNetwork, MOST_HOURS, type Signals } from './referral-signals.service.js';
import { DEEPEST, type Tree, type TreeNode } from './referral-tree.service.js';
import type { ShownPerson } from './shown-person.js';

const STATUSES = ['active', 'blocked', 'deleted'] as const;
const WAYS = ['typed', 'link', 'qr'] as const;

export class TreeQueryDto {
  /** How many levels below the person to show. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: DEEPEST, default: DEEPEST })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(DEEPEST)
  depth = DEEPEST;
}

export class SignalsQueryDto {
  /** How many hours to look back. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_HOURS, default: 24 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_HOURS)
  hours = 24;
}

/** Somebody who was invited or has invited. Of whoever was deleted only the id is left. */
export class ReferralPersonDto implements ShownPerson {
  @ApiProperty({ format: 'uuid' })
  userId!: string;

  /** E.164. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456789' })
  phone!: string | null;

  /** First and last name. */
  @ApiProperty({ type: String, nullable: true, example: 'Anna Ivanova' })
  name!: string | null;

  @ApiProperty({ enum: STATUSES })
  status!: ShownPerson['status'];
}

export class ReferralNodeDto extends ReferralPersonDto implements TreeNode {
  /** When this person activated the code of whoever stands above; null for whoever has activated none. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  activatedAt!: Date | null;

  /** How the code came to them. */
  @ApiProperty({ type: String, enum: [...WAYS, null], nullable: true, example: 'link' })
  via!: TreeNode['via'];

  /** How many this person has invited, whether they are shown or not. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  invitees!: number;

  /** The newest 20 of them, the newest first; empty at the lowest level of the tree. */
  @ApiProperty({ type: () => [ReferralNodeDto] })
  children!: ReferralNodeDto[];
}

export class ReferralTreeDto implements Tree {
  /** Who invited the root. */
  @ApiProperty({ type: ReferralPersonDto, nullable: true })
  inviter!: ReferralPersonDto | null;

  @ApiProperty({ type: ReferralNodeDto })
  root!: ReferralNodeDto;
}

export class ReferralBurstDto implements Burst {
  @ApiProperty({ type: ReferralPersonDto })
  inviter!: ReferralPersonDto;

  /** The most activations within any 60 minutes. */
  @ApiProperty({ type: 'integer', minimum: 10, example: 14 })
  activations!: number;

  /** The first of these. */
  @ApiProperty({ type: String, format: 'date-time' })
  firstAt!: Date;

  /** The last of these. */
  @ApiProperty({ type: String, format: 'date-time' })
  lastAt!: Date;
}

export class ReferralNetworkDto implements BusyNetwork {
  /** Tells networks apart, and does not name them: the beginning of a keyed hash. */
  @ApiProperty({ pattern: '^[0-9a-f]{8}$', example: '5f2a90c1' })
  network!: string;

  @ApiProperty({ type: 'integer', minimum: 5, example: 9 })
  activations!: number;

  /** How many people's codes these were. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  inviters!: number;

  /** Whose code was activated most often. */
  @ApiProperty({ type: ReferralPersonDto })
  inviter!: ReferralPersonDto;

  /** How often that was. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 7 })
  topActivations!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  firstAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  lastAt!: Date;
}

export class ReferralSignalsDto implements Signals {
  @ApiProperty({ type: String, format: 'date-time' })
  since!: Date;

  /** Whoever had at least 10 activations within some 60 minutes: at most 100 people, the strongest first. */
  @ApiProperty({ type: [ReferralBurstDto] })
  bursts!: ReferralBurstDto[];

  /** Networks from which at least 5 codes were activated: at most 100, the strongest first. */
  @ApiProperty({ type: [ReferralNetworkDto] })
  networks!: ReferralNetworkDto[];
}
