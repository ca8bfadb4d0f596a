import { Global, Module } from '@nestjs/common';
import { TracingConfig } from '../../config/tracing.config.js';
import { Tracing } from './tracing.js';

/** Traces of a process. Without a collector not even the library is loaded. */
@Global()
@Module({
  providers: [
    {
      provide: Tracing,
      inject: [TracingConfig],
      useFactory: async (config: TracingConfig) => {
        if (config.endpoint === undefined) return new Tracing();
        const { startTracer } = await import('./sdk/start-tracer.js');
        return new Tracing(startTracer({ ...config, endpoint: config.endpoint }));
      },
    },
  ],
  exports: [Tracing],
})
export class TracingModule {}
