import { ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { namesFile } from '../../common/http/answers/file.decorators.js';
import { textField } from '../../common/http/fields.decorators.js';
import { PageQueryDto } from '../../common/http/page.dto.js';
import { type Days, isDay } from './days.js';
import type { LeaderboardPage, RankedInviter } from './leaderboard.service.js';
import { type DayStats, type Happenings, MOST_DAYS, type ReferralStats, USUAL_DAYS } from './referral-stats.service.js';

const IsDay = (description: string, example: string): PropertyDecorator =>
  textField(
    {
      rule: 'day',
      message: 'Write a day of the calendar as 2026-01-31.',
      accepts: isDay,
      schema: { description, format: 'date', example },
    },
    { optional: true },
  );

@ApiSchema({ description: 'The days that are counted.' })
export class StatsQueryDto implements Partial<Days> {
  @IsDay(
    `The first day (UTC). ${USUAL_DAYS} days are told when it is left out, and ${MOST_DAYS} at most.`,
    '2026-11-20',
  )
  from?: string;

  @IsDay('The last day (UTC), not before the first; today when it is left out.', '2026-11-20')
  to?: string;
}

@ApiSchema({ description: 'The days that are exported.' })
export class ExportQueryDto implements Partial<Days> {
  @IsDay('The first day (UTC); the first of all when it is left out.', '2026-11-20')
  from?: string;

  @IsDay('The last day (UTC), not before the first; today when it is left out.', '2026-11-20')
  to?: string;
}

@ApiSchema({ description: 'What happened on several days together.' })
export class HappeningsDto implements Happenings {
  /** Share links that were opened: by a visitor once for each link and day. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  opens!: number;

  /** Who registered, whether invited or not, and whether deleted since or not. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  newPeople!: number;

  /** Invite codes that were activated. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  activations!: number;
}

@ApiSchema({ description: 'What happened on one day.' })
export class DayStatsDto extends HappeningsDto implements DayStats {
  /** The day (UTC). */
  @ApiProperty({ format: 'date', example: '2026-11-20' })
  day!: string;
}

@ApiSchema({ description: 'How invitations fare, day by day.' })
export class ReferralStatsDto implements ReferralStats {
  /** Every day that was asked for, the oldest first; also those on which nothing happened. */
  @ApiProperty({ type: [DayStatsDto], minItems: 1, maxItems: MOST_DAYS })
  items!: DayStatsDto[];

  /** All these days together. */
  @ApiProperty({ type: HappeningsDto })
  totals!: HappeningsDto;
}

@ApiSchema({ description: 'Which page of the leaderboard.' })
export class LeaderboardQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ example: 'MS4wMTkyMGM5ZS03ZjNhLTdjMWUtOWE1My0xZjJlM2Q0YzViNmE' })
  declare cursor?: string;
}

@ApiSchema({ description: 'Somebody who has invited others. Of whoever was deleted the id and the number are left.' })
export class RankedInviterDto implements RankedInviter {
  /** Who it is, as `GET /api/v1/users/{id}` takes it. */
  @ApiProperty({ format: 'uuid', example: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a' })
  userId!: string;

  /** E.164, in full; null for who has none, or was deleted. */
  @ApiProperty({ type: String, nullable: true, pattern: '^\\+[1-9][0-9]{1,14}$', example: '+79123456789' })
  phone!: string | null;

  /** First and last name; null where there is neither. */
  @ApiProperty({ type: String, nullable: true, example: 'Anna Ivanova' })
  name!: string | null;

  /** `blocked`: kept out by an administrator, and the code cannot be activated. `deleted`: the account is gone, its invitees stay. */
  @ApiProperty({ enum: ['active', 'blocked', 'deleted'], example: 'active' })
  status!: RankedInviter['status'];

  /** How many have activated a code of this person, those who were deleted since too. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  invitees!: number;
}

@ApiSchema({ description: 'One page of those who have invited others.' })
export class LeaderboardPageDto implements LeaderboardPage {
  /** Who has invited the most first; only people who have invited somebody. */
  @ApiProperty({ type: [RankedInviterDto], maxItems: 100 })
  items!: RankedInviterDto[];

  /** What to send as `cursor` for the next page; null on the last. */
  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

const EXAMPLE = `activated_at,code,via,inviter_id,inviter_phone,inviter_name,invitee_id,invitee_phone,invitee_name\r
2026-11-20T09:10:00.000Z,4KTR9M,link,01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a,79123456789,Anna Ivanova,01920c9e-8b11-7d00-8b11-0a1b2c3d4e5f,79123456790,Boris Petrov\r
`;

const CSV = [
  'A file of RFC 4180 in UTF-8, with a byte order mark and a line of names. Times are ISO 8601 UTC; `via` is `typed`, `link` or `qr`.',
  'Phones are digits without the + of E.164, which spreadsheets would take for a formula; names that they would take for one begin',
  'with an apostrophe. Of whoever was deleted only the id is left. A connection that breaks off means that the file is not whole.',
];

/** Documents the file of an export. */
export const ApiCsv = (): MethodDecorator =>
  ApiOkResponse({
    description: CSV.join(' '),
    headers: namesFile('referrals-2026-01-31.csv', 'referrals-[0-9]{4}-[0-9]{2}-[0-9]{2}\\.csv'),
    content: { 'text/csv': { schema: { type: 'string', example: EXAMPLE } } },
  });
