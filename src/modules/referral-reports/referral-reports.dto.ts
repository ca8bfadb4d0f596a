import { ApiOkResponse, ApiProperty } from '@nestjs/swagger';
import { namesFile } from '../../common/http/answers/file.decorators.js';
import { textField } from '../../common/http/fields.decorators.js';
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

export class StatsQueryDto implements Partial<Days> {
  @IsDay(
    `The first day (UTC). ${USUAL_DAYS} days are told when it is left out, and ${MOST_DAYS} at most.`,
    '2026-01-01',
  )
  from?: string;

  @IsDay('The last day (UTC); today when it is left out.', '2026-01-31')
  to?: string;
}

export class ExportQueryDto implements Partial<Days> {
  @IsDay('The first day (UTC); the first of all when it is left out.', '2026-01-01')
  from?: string;

  @IsDay('The last day (UTC); today when it is left out.', '2026-01-31')
  to?: string;
}

export class HappeningsDto implements Happenings {
  /** Share links that were opened: by a visitor once for each link and day. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 120 })
  opens!: number;

  /** Who registered, whether invited or not, and whether deleted since or not. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 31 })
  newPeople!: number;

  /** Invite codes that were activated. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 17 })
  activations!: number;
}

export class DayStatsDto extends HappeningsDto implements DayStats {
  @ApiProperty({ format: 'date', example: '2026-01-31' })
  day!: string;
}

export class ReferralStatsDto implements ReferralStats {
  /** Every day that was asked for, the oldest first; also those on which nothing happened. */
  @ApiProperty({ type: [DayStatsDto] })
  items!: DayStatsDto[];

  @ApiProperty({ type: HappeningsDto })
  totals!: HappeningsDto;
}

/** Somebody who has invited others. Of whoever was deleted the id and the number are left. */
export class RankedInviterDto implements RankedInviter {
  @ApiProperty({ format: 'uuid' })
  userId!: string;

  /** E.164. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456789' })
  phone!: string | null;

  /** First and last name. */
  @ApiProperty({ type: String, nullable: true, example: 'Anna Ivanova' })
  name!: string | null;

  @ApiProperty({ enum: ['active', 'blocked', 'deleted'] })
  status!: RankedInviter['status'];

  /** How many have activated a code of this person, those who were deleted since too. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 42 })
  invitees!: number;
}

export class LeaderboardPageDto implements LeaderboardPage {
  /** Who has invited the most first. */
  @ApiProperty({ type: [RankedInviterDto] })
  items!: RankedInviterDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

const EXAMPLE = `activated_at,code,via,inviter_id,inviter_phone,inviter_name,invitee_id,invitee_phone,invitee_name\r
2026-01-31T10:00:00.000Z,4KTR9M,link,01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a,79123456789,Anna Ivanova,01920c9e-7f3b-7d00-8b11-0a1b2c3d4e5f,79987654321,\r
`;

const CSV = [
  'A file of RFC 4180 with a byte order mark and a line of names. Times are ISO 8601 UTC.',
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
