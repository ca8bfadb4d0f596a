import type { Locale } from '../../common/locale.js';
import type { Happenings } from '../referral-reports/referral-stats.service.js';

/** What is counted each day, in the order in which one leads to the next. */
export const SERIES = ['opens', 'newPeople', 'activations'] as const;
export type Series = (typeof SERIES)[number];

/** A day with its name as people write it, in full and short. */
export interface NamedDay extends Happenings {
  readonly name: string;
  readonly short: string;
}

/** Widths are shares of the chart's: it is as wide as its page, and its texts stay as large as any. Heights are pixels. */
interface Box {
  readonly x: string;
  readonly y: number;
  readonly width: string;
  readonly height: number;
}

interface Tick {
  readonly y: number;
  readonly label: string;
}

/** One series, on a scale of its own: links are opened far more often than codes are activated. */
export interface Panel {
  readonly series: Series;
  readonly titleY: number;
  readonly ticks: readonly Tick[];
  readonly bars: readonly Box[];
}

/** The series one below the other, so that what happened on one day stands in one column. */
export interface Chart {
  readonly height: number;
  readonly panels: readonly Panel[];
  /** For each day what is told where it is pointed at. */
  readonly columns: readonly (NamedDay & Omit<Box, 'y'>)[];
  /** Names of some days, below all. */
  readonly labels: readonly { readonly x: string; readonly y: number; readonly text: string }[];
}

const TITLE = 30;
const PLOT = 76;
const PANEL = TITLE + PLOT + 12;
const AXIS = 26;
/** How many days are named at most. */
const NAMED = 5;

/** @param days at least one, the oldest first */
export function chartOf(days: readonly NamedDay[], locale: Locale): Chart {
  const plotted = SERIES.length * PANEL;
  const slot = 100 / days.length;
  return {
    height: plotted + AXIS,
    panels: SERIES.map((series, index) => panelOf(series, { days, top: index * PANEL, locale })),
    columns: days.map((day, at) => ({ ...day, x: percent(at * slot), width: percent(slot), height: plotted })),
    labels: namedOf(days.length).map((at) => ({
      x: percent((at + 0.5) * slot),
      y: plotted + 12,
      text: days[at]?.short ?? '',
    })),
  };
}

function panelOf(
  series: Series,
  { days, top, locale }: { days: readonly NamedDay[]; top: number; locale: Locale },
): Panel {
  const counts = days.map((day) => day[series]);
  const greatest = Math.max(...counts);
  const most = roundUp(greatest);
  const ground = top + TITLE + PLOT;
  const yOf = (count: number): number => ground - Math.round((PLOT * count) / most);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact' });
  return {
    series,
    titleY: top + 14,
    ticks: (greatest > 0 ? [0, most] : [0]).map((count) => ({ y: yOf(count), label: compact.format(count) })),
    bars: counts.flatMap((count, at) => (count === 0 ? [] : [barOf({ at, of: days.length, y: yOf(count), ground })])),
  };
}

/** What is small beside the rest is still there. */
function barOf({ at, of, y, ground }: { at: number; of: number; y: number; ground: number }): Box {
  const slot = 100 / of;
  const width = slot * (of > 10 ? 0.76 : 0.5);
  const height = Math.max(2, ground - y);
  return { x: percent(at * slot + (slot - width) / 2), y: ground - height, width: percent(width), height };
}

/** The next 1, 2 or 5 of a power of ten. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, count)));
  return ([1, 2, 5].find((step) => step * power >= count) ?? 10) * power;
}

/** Places of days that are named: the first, the last, and some at equal distances between. */
function namedOf(days: number): number[] {
  const steps = days > 10 ? NAMED - 1 : Math.ceil(days / 2) - 1;
  return Array.from({ length: steps + 1 }, (_, step) => Math.round((step * (days - 1)) / Math.max(1, steps)));
}

const percent = (share: number): string => `${Math.round(share * 1_000) / 1_000}%`;
