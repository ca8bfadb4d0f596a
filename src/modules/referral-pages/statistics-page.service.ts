import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Locale } from '../../common/locale.js';
import { type PageAnswer, PageContent, PageView } from '../../platform/pages/page-answers.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { ReferralExport } from '../referral-reports/referral-export.service.js';
import { type Happenings, ReferralStatistics } from '../referral-reports/referral-stats.service.js';
import { chartOf, SERIES } from './day-chart.js';

/** How many days can be chosen. */
export const RANGES = [7, 30, 90];

type Span = Parameters<ReferralExport['begin']>[0];

/** The page of how invitations fare from day to day, and the file of them all. */
@Injectable()
export class StatisticsPage {
  constructor(
    private readonly statistics: ReferralStatistics,
    private readonly exports: ReferralExport,
  ) {}

  /** @param days how many, today included */
  async show(days: number, { locale }: SignedInVisit): Promise<PageAnswer> {
    const { items, totals } = await this.statistics.of({}, days);
    const named = items.map((each) => ({ ...each, name: nameOf(each.day, locale), short: shortOf(each.day, locale) }));
    const [first, last] = [named[0], named.at(-1)];
    return new PageView('statistics', {
      days,
      ranges: RANGES,
      from: first,
      to: last,
      isEmpty: SERIES.every((series) => totals[series] === 0),
      numbers: SERIES.map((series) => ({ series, total: totals[series] })),
      ...totals,
      per: sharesOf(totals),
      chart: chartOf(named, locale),
      // In a table the newest is looked for first.
      rows: [...named].reverse(),
    });
  }

  /** @throws RequestInvalid when the days are out of order */
  async export(days: Span, visit: SignedInVisit): Promise<PageAnswer> {
    const { day, text } = await this.exports.begin(days, viewerOf(visit));
    return new PageContent(
      'text/csv; charset=utf-8',
      Readable.from(text, { objectMode: false }),
      `referrals-${day}.csv`,
    );
  }
}

/** How many codes were activated for each hundred of what may have led there; undefined where nothing did. */
const sharesOf = ({ opens, newPeople, activations }: Happenings) => ({
  opens: hundredth(activations, opens),
  newPeople: hundredth(activations, newPeople),
});

/** One digit after the point where it says more than none would. */
function hundredth(part: number, whole: number): number | undefined {
  if (whole === 0) return undefined;
  const share = (100 * part) / whole;
  return share < 10 ? Math.round(share * 10) / 10 : Math.round(share);
}

/** Days are of UTC whatever the clock of the device says, so no script turns them into its own. */
const nameOf = (day: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day));

const shortOf = (day: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(day));
