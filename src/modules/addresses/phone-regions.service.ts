import { Injectable } from '@nestjs/common';
import type { Locale } from '../../common/locale.js';
import { SmsConfig } from '../../config/config.js';

/** A region whose phones get messages, by its name in the language of whoever chooses. */
export interface RegionChoice {
  readonly region: string;
  readonly name: string;
}

/** The regions of phones that are written without their country code. */
@Injectable()
export class PhoneRegions {
  constructor(private readonly sms: SmsConfig) {}

  /** The one that counts where none is said. */
  get usual(): string | undefined {
    return this.sms.regions[0];
  }

  /** What people may choose from; nothing where there is one only. */
  choices(locale: Locale): RegionChoice[] {
    const { regions } = this.sms;
    if (regions.length < 2) return [];
    const names = new Intl.DisplayNames(locale, { type: 'region' });
    return regions.map((region) => ({ region, name: names.of(region) ?? region }));
  }
}
