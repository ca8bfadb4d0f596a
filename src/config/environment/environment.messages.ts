import { Transform } from 'class-transformer';
import { isEmail } from 'class-validator';
import {
  Hidden,
  HttpsInProduction,
  HttpUrl,
  ListOf,
  Needed,
  NeededInProduction,
  OneOf,
  RefusedInProduction,
  regionMistake,
  Text,
  WholeNumber,
} from './environment.rules.js';
import { RetentionEnvironment } from './environment.retention.js';
import { EndOfTests, PhonesWithCodes } from '../test-phones.js';

const smsAero = (environment: { readonly SMS_PROVIDER?: string }): boolean => environment.SMS_PROVIDER === 'sms-aero';
const smtp = (environment: { readonly EMAIL_PROVIDER?: string }): boolean => environment.EMAIL_PROVIDER === 'smtp';

/** The variables of what is sent: codes, SMS and e-mail. */
export class MessagesEnvironment extends RetentionEnvironment {
  /**
   * Digits of a code sent by SMS; by e-mail they are always 6.
   * @defaultValue `4`, in production `6`
   */
  @WholeNumber(4, 8)
  OTP_LENGTH?: number;

  /**
   * `console` prints messages, `sms-aero` sends them; production takes only `sms-aero`.
   * @defaultValue `console`
   */
  @NeededInProduction('Write sms-aero.')
  @OneOf('console', 'sms-aero')
  @RefusedInProduction('console', 'it only prints messages. Write sms-aero.')
  SMS_PROVIDER?: 'console' | 'sms-aero';

  /**
   * ISO 3166-1 codes of the regions that messages may go to, separated by commas; the first is the one of numbers
   * without a country code.
   */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @ListOf(regionMistake)
  SMS_REGIONS: readonly string[] = ['RU'];

  /** How long to wait for the provider, in milliseconds. */
  @WholeNumber(100, 60_000)
  SMS_TIMEOUT_MS = 10_000;

  /**
   * Phones whose codes are fixed, and to which nothing is sent: `+79990000001:824613,…`.
   * @defaultValue none
   */
  @PhonesWithCodes()
  TEST_PHONES?: string;

  /**
   * When they become phones like any other: a day, or a moment such as `2030-01-31T18:00:00Z`; needed with
   * `TEST_PHONES`, in production at most 90 days ahead.
   * @defaultValue none
   */
  @Needed(
    'TEST_PHONES need a date from which their codes are dead. Write one, such as 2030-01-31.',
    ({ TEST_PHONES }) => TEST_PHONES !== undefined,
  )
  @EndOfTests()
  TEST_PHONES_UNTIL?: string;

  /**
   * E-mail address of the SMS Aero account; needed with `sms-aero`.
   * @defaultValue none
   */
  @Needed('SMS Aero needs the e-mail address of your account.', smsAero)
  @Hidden((value) => isEmail(value), 'is no e-mail address: write the one of your SMS Aero account.')
  SMS_AERO_EMAIL?: string;

  /**
   * Its API key; needed with `sms-aero`.
   * @defaultValue none
   */
  @Needed('SMS Aero needs the API key of your account (Settings, API and SMPP).', smsAero)
  SMS_AERO_API_KEY?: string;

  /** Sender shown on the phone, as agreed with SMS Aero. */
  @Text(/^.{2,64}$/, 'write the sender name agreed with SMS Aero.')
  SMS_AERO_SIGN = 'SMS Aero';

  /** Base of the gateway’s API. In production https. */
  @HttpsInProduction()
  @HttpUrl()
  SMS_AERO_URL = 'https://gate.smsaero.ru/v2/';

  /**
   * `console` prints e-mails, `file` writes each to a folder, `smtp` sends them; production takes only `smtp`, and
   * offers no e-mail without it.
   * @defaultValue `console`, in production none
   */
  @OneOf('console', 'file', 'smtp')
  @RefusedInProduction('console', 'it only prints e-mails. Write smtp.')
  @RefusedInProduction('file', 'it only writes e-mails to a folder. Write smtp.')
  EMAIL_PROVIDER?: 'console' | 'file' | 'smtp';

  /**
   * The sender that people see; production needs it with `smtp`.
   * @defaultValue `PRODUCT_NAME <no-reply@host of PUBLIC_URL>`
   */
  @Needed(
    'in production smtp needs the sender that people see, such as Latchkey <no-reply@example.org>.',
    (environment) => environment.NODE_ENV === 'production' && smtp(environment),
  )
  @Text(
    /^([^<>@"\r\n]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/,
    'write an address, such as Latchkey <no-reply@example.org>.',
  )
  EMAIL_FROM?: string;

  /** Folder of the provider `file`; a relative one is in the project’s folder. */
  EMAIL_FOLDER = '.latchkey/mail';

  /**
   * Mail server: `smtp://user:password@host:587` or `smtps://user:password@host:465`; needed with `smtp`.
   * @defaultValue none
   */
  @Needed('smtp needs your mail server, as smtp://user:password@host:587 or smtps://user:password@host:465.', smtp)
  @Hidden(
    isSmtpUrl,
    'is no URL of a mail server: write smtp://user:password@host:587, special characters percent-encoded.',
  )
  SMTP_URL?: string;

  /** How long one attempt to send an e-mail may take, in milliseconds. */
  @WholeNumber(100, 60_000)
  EMAIL_TIMEOUT_MS = 20_000;
}

function isSmtpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname } = new URL(value);
  return /^smtps?:$/.test(protocol) && hostname !== '' && /^\/?$/.test(pathname);
}
