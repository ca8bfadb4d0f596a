import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Config, HttpConfig, SmsAeroConfig } from './config.js';
import { Environment } from './environment.js';

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
 * Reads the environment once. Empty variables count as unset, unknown ones are ignored.
 * @throws {InvalidConfiguration}
 */
export function loadConfig(env: NodeJS.ProcessEnv, defaults: LocalDefaults = {}): Config {
  const given = { ...(isProduction(env) ? {} : standIns(defaults)), ...known(env) };
  const environment = plainToInstance(Environment, given);
  const mistakes = validateSync(environment, { stopAtFirstError: true }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
  if (mistakes.length > 0) throw new InvalidConfiguration(mistakes);
  return toConfig(environment);
}

/** The environment of this process; nothing else reads it. */
export const processEnvironment = (): NodeJS.ProcessEnv => process.env;

/** What the environment leaves out and a start outside production may make for itself. */
export function missingIn(env: NodeJS.ProcessEnv): { readonly databaseUrl: boolean; readonly appSecret: boolean } {
  const given = known(env);
  const local = given.NODE_ENV === undefined || given.NODE_ENV === 'development' || given.NODE_ENV === 'test';
  return { databaseUrl: local && given.DATABASE_URL === undefined, appSecret: local && given.APP_SECRET === undefined };
}

type Given = Partial<Record<keyof Environment, string>>;

function known(env: NodeJS.ProcessEnv): Given {
  const names = Object.keys(new Environment());
  return Object.fromEntries(names.map((name) => [name, env[name]?.trim()] as const).filter(([, value]) => value));
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
      hostsWorker: environment.WORKER === 'embedded',
    },
    http,
    database: { url: environment.DATABASE_URL, poolSize: environment.DATABASE_POOL },
    secret: { appSecret: environment.APP_SECRET },
    otp: { smsLength: environment.OTP_LENGTH ?? (production ? 6 : 4), emailLength: EMAIL_CODE_LENGTH },
    sms: {
      provider: environment.SMS_PROVIDER ?? 'console',
      regions: environment.SMS_REGIONS,
      timeoutMs: environment.SMS_TIMEOUT_MS,
      consoleDelayMs: CONSOLE_DELAY_MS,
    },
    smsAero: smsAeroConfig(environment),
    session: { issuer: environment.JWT_ISSUER ?? http.publicUrl, audience: environment.JWT_AUDIENCE },
    qa: { inbox: !production },
  };
}

function httpConfig(environment: Environment, defaultHost: string): HttpConfig {
  return {
    host: environment.HOST ?? defaultHost,
    port: environment.PORT,
    publicUrl: originOf(environment.PUBLIC_URL ?? `http://localhost:${environment.PORT}`),
    corsOrigins: environment.CORS_ORIGINS.map(originOf),
    trustedProxies: environment.TRUSTED_PROXIES,
    opsToken: environment.OPS_TOKEN,
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

/** As browsers and links write it: no slash behind, no default port. */
function originOf(url: string): string {
  return new URL(url).origin;
}
