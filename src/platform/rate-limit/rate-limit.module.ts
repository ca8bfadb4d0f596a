import { Global, Module } from '@nestjs/common';
import { RateLimiter } from './rate-limiter.js';
import { RateLimitsRetention } from './rate-limits.retention.js';

@Global()
@Module({ providers: [RateLimiter, RateLimitsRetention], exports: [RateLimiter] })
export class RateLimitModule {}
