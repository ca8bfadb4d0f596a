import { Module } from '@nestjs/common';
import { Closing } from './closing.js';

@Module({ providers: [Closing], exports: [Closing] })
export class ClosingModule {}
