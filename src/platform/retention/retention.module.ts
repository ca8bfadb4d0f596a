import { Global, Module } from '@nestjs/common';
import { Retention } from './retention.js';
import { Sweeper } from './sweeper.js';
import { Walks } from './walks.js';

/** Knows what is forgotten, also in a process that forgets nothing. */
@Global()
@Module({ providers: [Retention], exports: [Retention] })
export class RetentionModule {}

/** Makes a process forget what is old. */
@Module({ imports: [RetentionModule], providers: [Sweeper, Walks] })
export class SweeperModule {}
