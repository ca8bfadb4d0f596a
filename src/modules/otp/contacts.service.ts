import { Injectable } from '@nestjs/common';
import { type Contact, parsePhone } from '../../common/contact.js';
import { SmsConfig } from '../../config/config.js';
import { PhoneImpossible, PhoneNotMobile, RegionNotAllowed } from './otp.errors.js';

export interface PhoneInput {
  /** As typed. */
  readonly phone: string;
  /** ISO 3166-1 alpha-2 region whose national notation is meant when there is no `+`. */
  readonly region?: string;
}

/** Turns what people type into contacts we may write to. */
@Injectable()
export class ContactsService {
  constructor(private readonly config: SmsConfig) {}

  /** @throws PhoneImpossible, RegionNotAllowed, PhoneNotMobile */
  phone({ phone, region }: PhoneInput): Contact {
    const number = parsePhone(phone, region ?? this.config.regions[0] ?? 'RU');
    if (!number) throw new PhoneImpossible();
    if (!number.region || !this.config.regions.includes(number.region)) throw new RegionNotAllowed();
    if (!number.mobile) throw new PhoneNotMobile();
    return { channel: 'sms', value: number.value };
  }
}
