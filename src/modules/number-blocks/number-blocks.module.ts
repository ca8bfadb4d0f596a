import { Module } from '@nestjs/common';
import { ChallengesModule } from '../challenges/challenges.module.js';
import { NumberBlocksRetention } from './number-blocks.retention.js';
import { NumberBlocks } from './number-blocks.service.js';

@Module({ imports: [ChallengesModule], providers: [NumberBlocks, NumberBlocksRetention], exports: [NumberBlocks] })
export class NumberBlocksModule {}
