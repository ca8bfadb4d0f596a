import type { LimitsConfig } from './limits.config.js';
import type { TracingConfig } from './tracing.config.js';

/**
 * The settings of the service as typed slices. A class asks for the slice it needs:
 * `constructor(private readonly config: OtpConfig)`. Durations carry their unit in the name.
 */

export class HttpConfig {
  readonly host!: string;
  readonly port!: number;
  /** Where a worker tells of itself; undefined: nowhere. */
  readonly workerPort?: number;
  /** Base of every link we hand out, and the host named in `@host #code`; never the Host header. */
  readonly publicUrl!: string;
  readonly corsOrigins!: readonly string[];
  /** Addresses and CIDR blocks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies!: readonly string[];
  /** Bearer token of `/metrics` and of the details of `/health/ready`; undefined leaves them open. */
  readonly opsToken?: string;
  /** How long a process that is told to stop goes on serving, so that balancers notice. */
  readonly drainMs!: number;
}

export class AppConfig {
  readonly production!: boolean;
  readonly productName!: string;
  readonly logLevel!: string;
  /** How many processes serve HTTP on one port. */
  readonly processes!: number;
  /** Whether the process that serves HTTP carries messages as well. */
  readonly hostsWorker!: boolean;
}

export class DatabaseConfig {
  readonly url!: string;
  /** The same database past a pooler: for whatever needs a session of its own. */
  readonly directUrl!: string;
  readonly poolSize!: number;
  /** Whether nothing connects by itself: for building documents without a database. */
  readonly lazy?: boolean;
}

export class SecretConfig {
  /** ≥ 32 characters; what every key of the service is derived from is sealed under it in the database. */
  readonly appSecret!: string;
  /** What was in its place before; it opens the database as well. */
  readonly previousAppSecret?: string;
}

export class OtpConfig {
  readonly smsLength!: number;
  readonly emailLength!: number;
}

export class SmsConfig {
  readonly provider!: 'console' | 'sms-aero';
  /** ISO 3166-1 alpha-2 regions that messages may go to; the first is the default of `region`. */
  readonly regions!: readonly string[];
  readonly timeoutMs!: number;
  /** Bounds of the console provider's delay. */
  readonly consoleDelayMs!: readonly [number, number];
  /** Whether the console provider prints nothing; tests set it. */
  readonly consoleQuiet?: boolean;
}

/** Phones of those who review the app for a store: each has a code of its own, and nothing is sent to it. */
export class TestPhonesConfig {
  /** E.164 to its code. */
  readonly codes!: ReadonlyMap<string, string>;
  /** From this moment on they are phones like any other; there whenever there are codes. */
  readonly until?: Date;
}

export class SmsAeroConfig {
  readonly email!: string;
  readonly apiKey!: string;
  readonly sign!: string;
  readonly baseUrl!: string;
}

export class EmailConfig {
  /** `none`: e-mail is not offered. */
  readonly provider!: 'console' | 'file' | 'smtp' | 'none';
  /** The sender, `Name <address>` or a bare address. */
  readonly from!: string;
  /** Where the file provider writes; absolute. */
  readonly folder!: string;
  /** `smtp://` or `smtps://`, with credentials; empty unless the provider is `smtp`. */
  readonly smtpUrl!: string;
  readonly timeoutMs!: number;
  /** Whether the console provider prints nothing; tests set it. */
  readonly consoleQuiet?: boolean;
}

export class SessionConfig {
  readonly issuer!: string;
  readonly audience!: string;
  /** Days after which the signing key is replaced; 0 never. */
  readonly keyRotationDays!: number;
}

export class AdminConfig {
  /** E.164; whoever proves it becomes the first administrator. */
  readonly phone?: string;
  /** Lower-cased; as `phone`. */
  readonly email?: string;
  /** Whether the first person who registers becomes the first administrator; never in production. */
  readonly firstUser!: boolean;
}

export class ReferralsConfig {
  /** How inviters see the phones of those they invited; staff always see them in full. */
  readonly inviteePhones!: 'full' | 'masked';
  /** Where share links lead: a page where people sign in. */
  readonly signInUrl!: string;
}

/** How long rows are kept; counted from when they last mattered. */
export class RetentionConfig {
  readonly challengesHours!: number;
  readonly messageParametersHours!: number;
  readonly messagesDays!: number;
  /** After their end. */
  readonly sessionsDays!: number;
  readonly auditDays!: number;
  readonly countersHours!: number;
  readonly passwordFailuresDays!: number;
  readonly releasedContactsDays!: number;
}

export class QaConfig {
  /** Whether the message inbox is served at all. */
  readonly inbox!: boolean;
  /** Bearer token of the inbox; undefined leaves it open, which is never so in production. */
  readonly token?: string;
}

export interface Config {
  readonly app: AppConfig;
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly secret: SecretConfig;
  readonly limits: LimitsConfig;
  readonly otp: OtpConfig;
  readonly sms: SmsConfig;
  readonly testPhones: TestPhonesConfig;
  readonly smsAero: SmsAeroConfig;
  readonly email: EmailConfig;
  readonly session: SessionConfig;
  readonly admin: AdminConfig;
  readonly referrals: ReferralsConfig;
  readonly retention: RetentionConfig;
  readonly qa: QaConfig;
  readonly tracing: TracingConfig;
}
