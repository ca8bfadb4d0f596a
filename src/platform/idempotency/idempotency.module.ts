import { Global, Module } from '@nestjs/common';
import { IdempotentAnswers } from './idempotent-answers.js';
import { IdempotentAnswersRetention } from './idempotent-answers.retention.js';

@Global()
@Module({ providers: [IdempotentAnswers, IdempotentAnswersRetention], exports: [IdempotentAnswers] })
export class IdempotencyModule {}
