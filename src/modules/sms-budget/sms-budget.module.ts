import { Module } from '@nestjs/common';
import { SmsBudget } from './sms-budget.service.js';

@Module({ providers: [SmsBudget], exports: [SmsBudget] })
export class SmsBudgetModule {}
