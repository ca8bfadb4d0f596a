import { Transform } from 'class-transformer';
import { isEmail } from 'class-validator';
import { parseEmail, parsePhone } from '../common/contact.js';
import {
  Hidden,
  Host,
  HttpsInProduction,
  HttpUrl,
  ListOf,
  Needed,
  NeededInProduction,
  OneOf,
  Origin,
  originMistake,
  proxyMistake,
  RefusedInProduction,
  regionMistake,
  Secret,
  Text,
  WholeNumber,
} from './environment.rules.js';

const smsAero = (environment: { readonly SMS_PROVIDER?: string }): boolean => environment.SMS_PROVIDER === 'sms-aero';
const smtp = (environment: { readonly EMAIL_PROVIDER?: string }): boolean => environment.EMAIL_PROVIDER === 'smtp';

/** Every variable the service knows. A value given here is the default; `.env.example` shows them all. */
export class Environment {
  /** `production` turns every development default off; unset is development. */
  @OneOf('production', 'development', 'test')
  NODE_ENV?: 'production' | 'development' | 'test';

  /** Address to listen on; default 127.0.0.1, in production 0.0.0.0. */
  @Host()
  HOST?: string;

  /** 0 takes any free port. */
  @WholeNumber(0, 65_535)
  PORT = 3000;

  /** Origin under which people reach the service; default http://localhost:PORT. */
  @NeededInProduction('Write the address that people use, such as https://id.example.org.')
  @HttpsInProduction()
  @Origin()
  PUBLIC_URL?: string;

  /** Stands in every SMS, where only these characters are cheap. */
  @Text(/^[A-Za-z0-9][A-Za-z0-9 -]{0,18}[A-Za-z0-9]$/, 'write 2 to 20 Latin letters, digits, spaces and hyphens.')
  PRODUCT_NAME = 'Latchkey';

  @OneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent')
  LOG_LEVEL = 'info';

  /** Whether the process that serves HTTP carries messages as well. */
  @OneOf('embedded', 'separate')
  WORKER: 'embedded' | 'separate' = 'embedded';

  @Needed('give a PostgreSQL 15 or newer, as postgres://user:password@host:5432/database')
  @Hidden(
    (value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol),
    'is no PostgreSQL URL: write postgres://user:password@host:5432/database, special characters percent-encoded.',
  )
  DATABASE_URL!: string;

  /** Connections per process. */
  @WholeNumber(2, 200)
  DATABASE_POOL = 10;

  /** Every key of the service is derived from it. */
  @Needed('give at least 32 random characters; make them with: openssl rand -base64 48')
  @Secret(32)
  APP_SECRET!: string;

  /** Bearer token of /metrics and of the details of /health/ready. */
  @NeededInProduction('Give at least 16 random characters; make them with: openssl rand -base64 24')
  @Secret(16)
  OPS_TOKEN?: string;

  /** Origins whose pages may call the API. */
  @ListOf(originMistake)
  CORS_ORIGINS: readonly string[] = [];

  /** Addresses and CIDR blocks of proxies whose X-Forwarded-For is believed. */
  @ListOf(proxyMistake)
  TRUSTED_PROXIES: readonly string[] = [];

  /** Digits of a code sent by SMS; default 4, in production 6. */
  @WholeNumber(4, 8)
  OTP_LENGTH?: number;

  /** Default console, outside production only. */
  @NeededInProduction('Write sms-aero.')
  @OneOf('console', 'sms-aero')
  @RefusedInProduction('console', 'it only prints messages. Write sms-aero.')
  SMS_PROVIDER?: 'console' | 'sms-aero';

  /** Regions that messages may go to; the first is the one of numbers without a country code. */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @ListOf(regionMistake)
  SMS_REGIONS: readonly string[] = ['RU'];

  @WholeNumber(100, 60_000)
  SMS_TIMEOUT_MS = 10_000;

  @Needed('SMS Aero needs the e-mail address of your account.', smsAero)
  @Hidden((value) => isEmail(value), 'is no e-mail address: write the one of your SMS Aero account.')
  SMS_AERO_EMAIL?: string;

  @Needed('SMS Aero needs the API key of your account (Settings, API and SMPP).', smsAero)
  SMS_AERO_API_KEY?: string;

  /** Sender shown on the phone, as agreed with SMS Aero. */
  @Text(/^.{2,64}$/, 'write the sender name agreed with SMS Aero.')
  SMS_AERO_SIGN = 'SMS Aero';

  @HttpsInProduction()
  @HttpUrl()
  SMS_AERO_URL = 'https://gate.smsaero.ru/v2/';

  /** Default console; production has no default, and does not offer e-mail without one. */
  @OneOf('console', 'file', 'smtp')
  @RefusedInProduction('console', 'it only prints e-mails. Write smtp.')
  @RefusedInProduction('file', 'it only writes e-mails to a folder. Write smtp.')
  EMAIL_PROVIDER?: 'console' | 'file' | 'smtp';

  /** Default PRODUCT_NAME <no-reply@host of PUBLIC_URL>. */
  @Needed(
    'in production smtp needs the sender that people see, such as Latchkey <no-reply@example.org>.',
    (environment) => environment.NODE_ENV === 'production' && smtp(environment),
  )
  @Text(
    /^([^<>@"\r\n]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/,
    'write an address, such as Latchkey <no-reply@example.org>.',
  )
  EMAIL_FROM?: string;

  /** Folder of the file provider; a relative one is in the project's folder. */
  EMAIL_FOLDER = '.latchkey/mail';

  @Needed('smtp needs your mail server, as smtp://user:password@host:587 or smtps://user:password@host:465.', smtp)
  @Hidden(
    isSmtpUrl,
    'is no URL of a mail server: write smtp://user:password@host:587, special characters percent-encoded.',
  )
  SMTP_URL?: string;

  @WholeNumber(100, 60_000)
  EMAIL_TIMEOUT_MS = 20_000;

  /** Whoever proves this phone becomes an administrator, while there is none. */
  @Hidden((value) => parsePhone(value, 'RU') !== undefined, 'is no phone number: write it with + and the country code.')
  ADMIN_PHONE?: string;

  /** The same by e-mail. */
  @Hidden((value) => parseEmail(value) !== undefined, 'is no e-mail address.')
  ADMIN_EMAIL?: string;

  /** Whether the first person who registers becomes an administrator; default true in development. */
  @OneOf('true', 'false')
  @RefusedInProduction('true', 'whoever comes first would own the service. Set ADMIN_PHONE or ADMIN_EMAIL.')
  FIRST_USER_IS_ADMIN?: 'true' | 'false';

  /** How inviters see the phones of those they invited. */
  @OneOf('full', 'masked')
  INVITEE_PHONES: 'full' | 'masked' = 'full';

  /** Page that share links lead to, with the invite code in its address; default PUBLIC_URL/. */
  @HttpsInProduction()
  @HttpUrl()
  SIGN_IN_URL?: string;

  /** `iss` of access tokens; default PUBLIC_URL. */
  JWT_ISSUER?: string;

  /** `aud` of access tokens. */
  JWT_AUDIENCE = 'latchkey';

  /** How often the key of access tokens is replaced; 0: only by command. */
  @WholeNumber(0, 3_650)
  KEY_ROTATION_DAYS = 30;
}

function isSmtpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname } = new URL(value);
  return /^smtps?:$/.test(protocol) && hostname !== '' && /^\/?$/.test(pathname);
}
