import { parseEmail, parsePhone } from '../common/contact.js';
import { MessagesEnvironment } from './environment.messages.js';
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
  Secret,
  Text,
  WholeNumber,
} from './environment.rules.js';

/** Every variable the service knows. A value given here is the default; `.env.example` shows them all. */
export class Environment extends MessagesEnvironment {
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

  /** Bearer token of the message inbox; production has an inbox only with it, and for test phones only. */
  @Secret(16)
  QA_INBOX_TOKEN?: string;

  /** Origins whose pages may call the API. */
  @ListOf(originMistake)
  CORS_ORIGINS: readonly string[] = [];

  /** Addresses and CIDR blocks of proxies whose X-Forwarded-For is believed. */
  @ListOf(proxyMistake)
  TRUSTED_PROXIES: readonly string[] = [];

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
