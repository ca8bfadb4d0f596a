import { parseEmail, parsePhone } from '../../common/contact.js';
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
import { SecretsEnvironment } from './environment.secrets.js';
import { RealPasswordInProduction } from './placeholders.js';

const NO_POSTGRES_URL =
  'is no PostgreSQL URL: write postgres://user:password@host:5432/database, special characters percent-encoded.';

const isPostgresUrl = (value: string): boolean =>
  URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol);

/**
 * Every variable the service knows; `.env.example` shows them all. A value given here is the default. The comments are the table of
 * the README (`npm run docs`): `@defaultValue` names a default that is decided elsewhere.
 */
export class Environment extends SecretsEnvironment {
  /**
   * `production` turns every default that is for development off.
   * @defaultValue development
   */
  @OneOf('production', 'development', 'test')
  NODE_ENV?: 'production' | 'development' | 'test';

  /**
   * Address to listen on. Outside production the inbox shows every code to whoever reaches it, unless `QA_INBOX_TOKEN`
   * is set.
   * @defaultValue `127.0.0.1`, in production `0.0.0.0`
   */
  @Host()
  HOST?: string;

  /** 0 takes any free port, and the start names it. */
  @WholeNumber(0, 65_535)
  PORT = 3000;

  /**
   * Origin under which people reach the service: for links, `iss` of tokens and the last line of an SMS; https in
   * production, except for localhost.
   * @defaultValue `http://localhost:PORT`
   */
  @NeededInProduction('Write the address that people use, such as https://id.example.org.')
  @HttpsInProduction()
  @Origin()
  PUBLIC_URL?: string;

  /**
   * Name in every message, where only these characters are cheap: 2 to 20 Latin letters, digits, spaces and hyphens.
   */
  @Text(/^[A-Za-z0-9][A-Za-z0-9 -]{0,18}[A-Za-z0-9]$/, 'write 2 to 20 Latin letters, digits, spaces and hyphens.')
  PRODUCT_NAME = 'Latchkey';

  /** What is logged, as JSON, one line an event; phones, codes and tokens are redacted. */
  @OneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent')
  LOG_LEVEL = 'info';

  /**
   * How many processes serve HTTP on `PORT`: one for each core that they may use. Each has a `DATABASE_POOL` and 200 MB of memory
   * of its own.
   */
  @WholeNumber(1, 64)
  WEB_CONCURRENCY = 1;

  /** Whether the process that serves HTTP carries messages as well, or a worker of its own does. */
  @OneOf('embedded', 'separate')
  WORKER: 'embedded' | 'separate' = 'embedded';

  /**
   * Where a worker of its own serves `/health/live`, `/health/ready` and `/metrics`, on `HOST`; 0 takes any free port,
   * and the log names it.
   * @defaultValue none
   */
  @WholeNumber(0, 65_535)
  WORKER_PORT?: number;

  /**
   * PostgreSQL 15 or newer: `postgres://user:password@host:5432/database`.
   * @defaultValue an embedded PostgreSQL
   */
  @Needed('give a PostgreSQL 15 or newer, as postgres://user:password@host:5432/database')
  @Hidden(isPostgresUrl, NO_POSTGRES_URL)
  @RealPasswordInProduction()
  DATABASE_URL!: string;

  /**
   * The same database past a pooler that hands out connections by the transaction, where `DATABASE_URL` leads through
   * one: migrations and notifications need connections of their own.
   * @defaultValue `DATABASE_URL`
   */
  @Hidden(isPostgresUrl, NO_POSTGRES_URL)
  @RealPasswordInProduction()
  DATABASE_DIRECT_URL?: string;

  /** Connections per process, a few of them shared by short statements; up to two more carry notifications. */
  @WholeNumber(2, 200)
  DATABASE_POOL = 10;

  /**
   * Bearer token of `/metrics` and of the details of `/health/ready`; at least 16 random characters.
   * @defaultValue none: both are open
   */
  @NeededInProduction('Give at least 16 random characters; make them with: openssl rand -base64 24')
  @Secret(16)
  OPS_TOKEN?: string;

  /**
   * Bearer token of the message inbox; at least 16 random characters. Production has an inbox only with it, and for
   * test phones only.
   * @defaultValue none: open, in production no inbox
   */
  @Secret(16)
  QA_INBOX_TOKEN?: string;

  /**
   * Milliseconds for which a process that is told to stop goes on serving, while it says that it is not ready: more than
   * pass between two looks of a load balancer at `/health/ready`.
   */
  @WholeNumber(0, 30_000)
  DRAIN_MS = 1_000;

  /** Origins whose pages may call the API, separated by commas. */
  @ListOf(originMistake)
  CORS_ORIGINS: readonly string[] = [];

  /**
   * Addresses and CIDR blocks of proxies whose `X-Forwarded-For` is believed, separated by commas. Behind a proxy that
   * is not named all people count as one network.
   */
  @ListOf(proxyMistake)
  TRUSTED_PROXIES: readonly string[] = [];

  /**
   * Whoever proves this phone by a code becomes an administrator, while there is none.
   * @defaultValue none
   */
  @Hidden((value) => parsePhone(value, 'RU') !== undefined, 'is no phone number: write it with + and the country code.')
  ADMIN_PHONE?: string;

  /**
   * The same by e-mail.
   * @defaultValue none
   */
  @Hidden((value) => parseEmail(value) !== undefined, 'is no e-mail address.')
  ADMIN_EMAIL?: string;

  /**
   * Whether the first person who registers becomes an administrator; production refuses `true`.
   * @defaultValue `true` in development, else `false`
   */
  @OneOf('true', 'false')
  @RefusedInProduction('true', 'whoever comes first would own the service. Set ADMIN_PHONE or ADMIN_EMAIL.')
  FIRST_USER_IS_ADMIN?: 'true' | 'false';

  /** How inviters see the phones of those they invited; `masked` is `+7 *** ***-**-89`. Staff see them in full. */
  @OneOf('full', 'masked')
  INVITEE_PHONES: 'full' | 'masked' = 'full';

  /**
   * Page that share links lead to, ours or one of yours; `?invite=CODE&via=link` (or `qr`) is added. In production
   * https.
   * @defaultValue `PUBLIC_URL/`
   */
  @HttpsInProduction()
  @HttpUrl()
  SIGN_IN_URL?: string;

  /**
   * `iss` of access tokens.
   * @defaultValue `PUBLIC_URL`
   */
  JWT_ISSUER?: string;

  /** `aud` of access tokens. */
  JWT_AUDIENCE = 'latchkey';

  /** After how many days the key of access tokens is replaced; 0: only by `npm run keys -- rotate`. */
  @WholeNumber(0, 3_650)
  KEY_ROTATION_DAYS = 30;
}
