import { Module } from '@nestjs/common';
import { SmsAeroConfig, SmsConfig } from '../../config/config.js';
import { DeliveryTokens } from './delivery-tokens.service.js';
import { ConsoleSmsProvider } from './providers/console-sms.provider.js';
import { SmsProvider } from './sms.provider.js';

@Module({
  providers: [
    DeliveryTokens,
    {
      provide: SmsProvider,
      inject: [SmsConfig, SmsAeroConfig],
      useFactory: (config: SmsConfig, account: SmsAeroConfig) =>
        config.provider === 'sms-aero' ? smsAero(account, config) : new ConsoleSmsProvider(config),
    },
  ],
  exports: [SmsProvider, DeliveryTokens],
})
export class SmsModule {}

/** Loaded where it is chosen only: it brings an HTTP client of a hundred files. */
async function smsAero(account: SmsAeroConfig, config: SmsConfig): Promise<SmsProvider> {
  const { SmsAeroProvider } = await import('./providers/sms-aero.provider.js');
  return new SmsAeroProvider(account, config);
}
