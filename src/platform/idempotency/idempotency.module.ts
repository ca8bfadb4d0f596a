import { Global, Module } from '@nestjs/common';
import { IdempotentAnswers } from './idempotent-answers.js';

@Global()
@Module({ providers: [IdempotentAnswers], exports: [IdempotentAnswers] })
export class IdempotencyModule {}
