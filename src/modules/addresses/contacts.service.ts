import { Injectable } from '@nestjs/common';
import { type Contact, parseEmail, parsePhone } from '../../common/contact.js';
import { EmailConfig, SmsConfig } from '../../config/config.js';
import {
  EmailImpossible,
  EmailNotOffered,
  PhoneImpossible,
  PhoneNotMobile,
  RegionNotAllowed,
} from './addresses.errors.js';

export interface PhoneInput {
  /** As typed. */
  readonly phone: string;
  /** ISO 3166-1 alpha-2 region whose national notation is meant when there is no `+`. */
  readonly region?: string;
}

export interface EmailInput {
  /** As typed. */
  readonly email: string;
}

/** A phone or an e-mail address; where both are given the e-mail address counts. */
export type ContactInput = Partial<PhoneInput & EmailInput>;

/** Turns what people type into contacts we may write to. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly smsConfig: SmsConfig,
    private readonly emailConfig: EmailConfig,
  ) {}

  /** @throws EmailImpossible, EmailNotOffered, PhoneImpossible, RegionNotAllowed, PhoneNotMobile */
  of({ phone = '', region, email }: ContactInput): Contact {
    return email === undefined ? this.phone({ phone, region }) : this.email({ email });
  }

  /** @throws PhoneImpossible, RegionNotAllowed, PhoneNotMobile */
  phone({ phone, region }: PhoneInput): Contact {
    const { regions } = this.smsConfig;
    const number = parsePhone(phone, region ?? regions[0] ?? 'RU');
    if (!number) throw new PhoneImpossible();
    if (!number.region || !regions.includes(number.region)) throw new RegionNotAllowed();
    if (!number.mobile) throw new PhoneNotMobile();
    return { channel: 'sms', value: number.value };
  }

  /** @throws EmailNotOffered, EmailImpossible */
  email({ email }: EmailInput): Contact {
    if (this.emailConfig.provider === 'none') throw new EmailNotOffered();
    const value = parseEmail(email);
    if (!value) throw new EmailImpossible();
    return { channel: 'email', value };
  }
}
