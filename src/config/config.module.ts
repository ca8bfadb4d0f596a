import { type DynamicModule, Module } from '@nestjs/common';
import {
  AdminConfig,
  AppConfig,
  type Config,
  DatabaseConfig,
  EmailConfig,
  HttpConfig,
  OtpConfig,
  QaConfig,
  ReferralsConfig,
  RetentionConfig,
  SecretConfig,
  SessionConfig,
  SmsAeroConfig,
  SmsConfig,
  TestPhonesConfig,
} from './config.js';
import { LimitsConfig } from './limits.config.js';
import { TracingConfig } from './tracing.config.js';

/** Provides each slice of the configuration under its own class. */
@Module({})
export class ConfigModule {
  static for(config: Config): DynamicModule {
    const slices = [
      { provide: AppConfig, useValue: config.app },
      { provide: HttpConfig, useValue: config.http },
      { provide: DatabaseConfig, useValue: config.database },
      { provide: SecretConfig, useValue: config.secret },
      { provide: LimitsConfig, useValue: config.limits },
      { provide: OtpConfig, useValue: config.otp },
      { provide: SmsConfig, useValue: config.sms },
      { provide: TestPhonesConfig, useValue: config.testPhones },
      { provide: SmsAeroConfig, useValue: config.smsAero },
      { provide: EmailConfig, useValue: config.email },
      { provide: SessionConfig, useValue: config.session },
      { provide: AdminConfig, useValue: config.admin },
      { provide: ReferralsConfig, useValue: config.referrals },
      { provide: RetentionConfig, useValue: config.retention },
      { provide: QaConfig, useValue: config.qa },
      { provide: TracingConfig, useValue: config.tracing },
    ];
    return { module: ConfigModule, global: true, providers: slices, exports: slices.map((slice) => slice.provide) };
  }
}
