import type { Locale } from '../../common/locale.js';

/** A region whose phones get messages, by its name in the language of the page. */
export interface RegionChoice {
  readonly region: string;
  readonly name: string;
}

/** The regions that a form lets people choose from; none where there is one only. */
export function regionChoices(regions: readonly string[], locale: Locale): RegionChoice[] {
  if (regions.length < 2) return [];
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  return regions.map((region) => ({ region, name: names.of(region) ?? region }));
}
