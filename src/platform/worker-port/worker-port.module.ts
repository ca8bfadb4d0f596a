import { Module } from '@nestjs/common';
import { WorkerPort } from './worker-port.js';

@Module({ providers: [WorkerPort] })
export class WorkerPortModule {}
