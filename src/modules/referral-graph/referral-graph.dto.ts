import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { type Burst, type BusyNetwork, MOST_HOURS, type Signals } from './referral-signals.service.js';
import { DEEPEST, type Tree, type TreeNode } from './referral-tree.service.js';
import { ANNA, BORIS, CLARA } from './referral-graph.examples.js';
import type { ShownPerson } from './shown-person.js';

const STATUSES = ['active', 'blocked', 'deleted'] as const;
const WAYS = ['typed', 'link', 'qr'] as const;

@ApiSchema({ description: 'How much of the tree to show.' })
export class TreeQueryDto {
  /** How many levels below the person to show. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: DEEPEST, default: DEEPEST, example: DEEPEST })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(DEEPEST)
  depth = DEEPEST;
}

@ApiSchema({ description: 'How far to look back.' })
export class SignalsQueryDto {
  /** How many hours to look back. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_HOURS, default: 24, example: 24 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_HOURS)
  hours = 24;
}

@ApiSchema({ description: 'Somebody who was invited or has invited. Of whoever was deleted only the id is left.' })
export class ReferralPersonDto implements ShownPerson {
  /** Who it is, as `GET /api/v1/users/{id}` takes it. */
  @ApiProperty({ format: 'uuid', example: ANNA.userId })
  userId!: string;

  /** E.164, in full; null for who has none, or was deleted. */
  @ApiProperty({ type: String, nullable: true, pattern: '^\\+[1-9][0-9]{1,14}$', example: ANNA.phone })
  phone!: string | null;

  /** First and last name; null where there is neither. */
  @ApiProperty({ type: String, nullable: true, example: ANNA.name })
  name!: string | null;

  /** `blocked`: kept out by an administrator. `deleted`: the account is gone, the place in the tree stays. */
  @ApiProperty({ enum: STATUSES, example: ANNA.status })
  status!: ShownPerson['status'];
}

@ApiSchema({ description: 'Somebody in a tree, and whom they have invited.' })
export class ReferralNodeDto extends ReferralPersonDto implements TreeNode {
  /** When this person activated the code of whoever stands above; null for whoever has activated none. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-20T10:02:00.000Z' })
  activatedAt!: Date | null;

  /** How that code came to them: typed, by a share link or by its QR code; null for whoever has activated none. */
  @ApiProperty({ type: String, enum: [...WAYS, null], nullable: true, example: 'typed' })
  via!: TreeNode['via'];

  /** How many this person has invited, whether they are shown or not. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  invitees!: number;

  /** The newest 20 of them, the newest first; empty at the lowest level of the tree. */
  @ApiProperty({ type: () => [ReferralNodeDto], maxItems: 20, example: [BORIS] })
  children!: ReferralNodeDto[];
}

@ApiSchema({ description: 'Who invited whom, around one person.' })
export class ReferralTreeDto implements Tree {
  /** Who invited the root; null for whoever has activated no code. */
  @ApiProperty({ type: ReferralPersonDto, nullable: true, example: CLARA })
  inviter!: ReferralPersonDto | null;

  /** The person that was asked for. */
  @ApiProperty({ type: ReferralNodeDto })
  root!: ReferralNodeDto;
}

@ApiSchema({ description: 'Somebody whose code was activated by many in a short time.' })
export class ReferralBurstDto implements Burst {
  /** Whose code was activated. */
  @ApiProperty({ type: ReferralPersonDto, example: CLARA })
  inviter!: ReferralPersonDto;

  /** The most activations within any 60 minutes. */
  @ApiProperty({ type: 'integer', minimum: 10, example: 14 })
  activations!: number;

  /** The first of these. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T09:10:00.000Z' })
  firstAt!: Date;

  /** The last of these. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T10:02:00.000Z' })
  lastAt!: Date;
}

@ApiSchema({ description: 'A network from which many codes were activated.' })
export class ReferralNetworkDto implements BusyNetwork {
  /** Tells networks apart, and does not name them: the beginning of a keyed hash. */
  @ApiProperty({ pattern: '^[0-9a-f]{8}$', example: '5f2a90c1' })
  network!: string;

  /** How many codes were activated from there. */
  @ApiProperty({ type: 'integer', minimum: 5, example: 9 })
  activations!: number;

  /** How many people's codes these were. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  inviters!: number;

  /** Whose code was activated most often. */
  @ApiProperty({ type: ReferralPersonDto, example: CLARA })
  inviter!: ReferralPersonDto;

  /** How often that was. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 7 })
  topActivations!: number;

  /** The first activation from there. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T09:12:00.000Z' })
  firstAt!: Date;

  /** The last one. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T09:58:00.000Z' })
  lastAt!: Date;
}

@ApiSchema({ description: 'What looks like codes being activated by machine.' })
export class ReferralSignalsDto implements Signals {
  /** Since when activations were looked at. */
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-19T12:00:00.000Z' })
  since!: Date;

  /** Whoever had at least 10 activations within some 60 minutes: at most 100 people, the strongest first. */
  @ApiProperty({ type: [ReferralBurstDto], maxItems: 100 })
  bursts!: ReferralBurstDto[];

  /** Networks from which at least 5 codes were activated: at most 100, the strongest first. */
  @ApiProperty({ type: [ReferralNetworkDto], maxItems: 100 })
  networks!: ReferralNetworkDto[];
}
