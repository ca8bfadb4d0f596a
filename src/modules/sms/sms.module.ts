import { Module } from '@nestjs/common';
import { SmsAeroConfig, SmsConfig } from '../../config/config.js';
import { DeliveryTokens } from './delivery-tokens.service.js';
import { ConsoleSmsProvider } from './providers/console-sms.provider.js';
import { SmsAeroProvider } from './providers/sms-aero.provider.js';
import { SmsProvider } from './sms.provider.js';

@Module({
  providers: [
    DeliveryTokens,
    {
      provide: SmsProvider,
      inject: [SmsConfig, SmsAeroConfig],
      useFactory: (config: SmsConfig, account: SmsAeroConfig) =>
        config.provider === 'sms-aero' ? new SmsAeroProvider(account, config) : new ConsoleSmsProvider(config),
    },
  ],
  exports: [SmsProvider, DeliveryTokens],
})
export class SmsModule {}
