import { Module } from '@nestjs/common';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { NumberBlocks } from './number-blocks.service.js';

@Module({ imports: [ChallengesModule], providers: [NumberBlocks], exports: [NumberBlocks] })
export class NumberBlocksModule {}
