import 'reflect-metadata';
import { resolve } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { parseEmail, parsePhone } from '../common/contact.js';
import { PROJECT_ROOT } from '../common/project-root.js';
import type {
  AdminConfig,
  Config,
  DatabaseConfig,
  EmailConfig,
  HttpConfig,
  SessionConfig,
  SmsAeroConfig,
} from './config.js';
import { LimitsEnvironment } from './limits.js';
import { Environment } from './environment/environment.js';
import { retentionConfig } from './environment/environment.retention.js';
import { limitsConfig } from './limits.config.js';
import { readSecretFiles } from './secret-files.js';
import { testPhonesConfig } from './test-phones.js';
import { tracingConfig } from './tracing.config.js';

/** Stand-ins that a start without configuration has made for itself. Production ignores them. */
export interface LocalDefaults {
  readonly databaseUrl?: string;
  readonly appSecret?: string;
}

/** The configuration holds mistakes; the message lists them all, one sentence a line, without any secret. */
export class InvalidConfiguration extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(`The configuration has ${mistakes.length === 1 ? 'a mistake' : 'mistakes'}:\n${mistakes.join('\n')}`);
    this.name = 'InvalidConfiguration';
  }
}

const CONSOLE_DELAY_MS = [1000, 2000] as const;
const EMAIL_CODE_LENGTH = 6;

/**
 * Reads the environment once, and the files that it names for secrets. Empty variables count as unset, unknown ones are ignored.
 * @throws {InvalidConfiguration}
 */
export function loadConfig(env: NodeJS.ProcessEnv, defaults: LocalDefaults = {}): Config {
  const given = { ...(isProduction(env) ? {} : standIns(defaults)), ...known(env) };
  const environment = plainToInstance(Environment, given);
  const mistakes = mistakesOf(environment, readSecretFiles(env).mistakes);
  if (mistakes.length > 0) throw new InvalidConfiguration(mistakes);
  return toConfig(environment);
}

/** @param ofFiles those of secrets that stand in files; a secret that could not be read is not said to be missing as well */
function mistakesOf(environment: Environment, ofFiles: Readonly<Record<string, string>>): string[] {
  const errors = validateSync(environment, { stopAtFirstError: true }).filter(({ property }) => !(property in ofFiles));
  return [...errors.flatMap((error) => Object.values(error.constraints ?? {})), ...Object.values(ofFiles)];
}

/** The environment of this process; nothing else reads it. */
export const processEnvironment = (): NodeJS.ProcessEnv => process.env;

/** What the environment leaves out and a start outside production may make for itself. */
export function missingIn(env: NodeJS.ProcessEnv): { readonly databaseUrl: boolean; readonly appSecret: boolean } {
  const given = { ...known(env), ...readSecretFiles(env).mistakes };
  const local = given.NODE_ENV === undefined || given.NODE_ENV === 'development' || given.NODE_ENV === 'test';
  return { databaseUrl: local && given.DATABASE_URL === undefined, appSecret: local && given.APP_SECRET === undefined };
}

type Given = Partial<Record<keyof Environment, string>>;

function known(env: NodeJS.ProcessEnv): Given {
  const names = Object.keys(new Environment());
  const written = names.map((name) => [name, env[name]?.trim()] as const).filter(([, value]) => value);
  return { ...Object.fromEntries(written), ...readSecretFiles(env).values };
}

function standIns({ databaseUrl, appSecret }: LocalDefaults): Given {
  return { ...(databaseUrl && { DATABASE_URL: databaseUrl }), ...(appSecret && { APP_SECRET: appSecret }) };
}

function isProduction(env: NodeJS.ProcessEnv): boolean {
  return known(env).NODE_ENV === 'production';
}

function toConfig(environment: Environment): Config {
  const production = environment.NODE_ENV === 'production';
  const http = httpConfig(environment, production ? '0.0.0.0' : '127.0.0.1');
  return {
    app: {
      production,
      productName: environment.PRODUCT_NAME,
      logLevel: environment.LOG_LEVEL,
      processes: environment.WEB_CONCURRENCY,
      hostsWorker: environment.WORKER === 'embedded',
    },
    http,
    database: databaseConfig(environment),
    secret: { appSecret: environment.APP_SECRET, previousAppSecret: environment.APP_SECRET_PREVIOUS },
    limits: limitsConfig(LimitsEnvironment.of(environment)),
    otp: { smsLength: environment.OTP_LENGTH ?? (production ? 6 : 4), emailLength: EMAIL_CODE_LENGTH },
    sms: {
      provider: environment.SMS_PROVIDER ?? 'console',
      regions: environment.SMS_REGIONS,
      timeoutMs: environment.SMS_TIMEOUT_MS,
      consoleDelayMs: CONSOLE_DELAY_MS,
    },
    testPhones: testPhonesConfig(environment),
    smsAero: smsAeroConfig(environment),
    email: emailConfig(environment, http),
    session: sessionConfig(environment, http),
    admin: adminConfig(environment),
    referrals: {
      inviteePhones: environment.INVITEE_PHONES,
      signInUrl: environment.SIGN_IN_URL ?? `${http.publicUrl}/`,
    },
    retention: retentionConfig(environment),
    qa: { inbox: !production || environment.QA_INBOX_TOKEN !== undefined, token: environment.QA_INBOX_TOKEN },
    tracing: tracingConfig(environment),
  };
}

function databaseConfig({ DATABASE_URL, DATABASE_DIRECT_URL, DATABASE_POOL }: Environment): DatabaseConfig {
  return { url: DATABASE_URL, directUrl: DATABASE_DIRECT_URL ?? DATABASE_URL, poolSize: DATABASE_POOL };
}

function sessionConfig(environment: Environment, { publicUrl }: HttpConfig): SessionConfig {
  return {
    issuer: environment.JWT_ISSUER ?? publicUrl,
    audience: environment.JWT_AUDIENCE,
    keyRotationDays: environment.KEY_ROTATION_DAYS,
  };
}

/** In tests nobody becomes an administrator by coming first, unless they say so. The contacts are read as they were validated. */
function adminConfig({ NODE_ENV, ADMIN_PHONE, ADMIN_EMAIL, FIRST_USER_IS_ADMIN }: Environment): AdminConfig {
  const developing = NODE_ENV === undefined || NODE_ENV === 'development';
  return {
    phone: ADMIN_PHONE && parsePhone(ADMIN_PHONE, 'RU')?.value,
    email: ADMIN_EMAIL && parseEmail(ADMIN_EMAIL),
    firstUser: FIRST_USER_IS_ADMIN === undefined ? developing : FIRST_USER_IS_ADMIN === 'true',
  };
}

function httpConfig(environment: Environment, defaultHost: string): HttpConfig {
  return {
    host: environment.HOST ?? defaultHost,
    port: environment.PORT,
    workerPort: environment.WORKER_PORT,
    publicUrl: originOf(environment.PUBLIC_URL ?? `http://localhost:${environment.PORT}`),
    corsOrigins: environment.CORS_ORIGINS.map(originOf),
    trustedProxies: environment.TRUSTED_PROXIES,
    opsToken: environment.OPS_TOKEN,
    drainMs: environment.DRAIN_MS,
  };
}

/** The e-mail address and the key are there whenever SMS Aero is the provider. */
function smsAeroConfig(environment: Environment): SmsAeroConfig {
  return {
    email: environment.SMS_AERO_EMAIL ?? '',
    apiKey: environment.SMS_AERO_API_KEY ?? '',
    sign: environment.SMS_AERO_SIGN,
    baseUrl: environment.SMS_AERO_URL.replace(/\/*$/, '/'),
  };
}

function emailConfig(environment: Environment, { publicUrl }: HttpConfig): EmailConfig {
  const { hostname } = new URL(publicUrl);
  return {
    provider: environment.EMAIL_PROVIDER ?? (environment.NODE_ENV === 'production' ? 'none' : 'console'),
    from: environment.EMAIL_FROM ?? `${environment.PRODUCT_NAME} <no-reply@${hostname}>`,
    folder: resolve(PROJECT_ROOT, environment.EMAIL_FOLDER),
    smtpUrl: environment.SMTP_URL ?? '',
    timeoutMs: environment.EMAIL_TIMEOUT_MS,
  };
}

/** As browsers and links write it: no slash behind, no default port. */
function originOf(url: string): string {
  return new URL(url).origin;
}
