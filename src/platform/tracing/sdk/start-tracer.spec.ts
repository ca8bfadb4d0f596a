import { Collector } from '../../../../test/support/collector.js';
import { eventually } from '../../../../test/support/eventually.js';
import type { TracingConfig } from '../../../config/tracing.config.js';
import { startTracer } from './start-tracer.js';

/** Closing waits 1 s at most, and what it had not sent would be sent 5 s after it was there. */
const SENT_BY_CLOSING_MS = 3_000;

describe('The tracer', () => {
  let collector: Collector;

  beforeEach(async () => {
    collector = await Collector.start();
  });

  afterEach(() => collector.close());

  const tracer = (config: Partial<TracingConfig> = {}) =>
    startTracer({
      endpoint: `${collector.url}/v1/traces`,
      headers: {},
      serviceName: 'test',
      sampler: 'parentbased_always_on',
      ratio: 1,
      ...config,
    });
  const from = (flags: string): string => `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-${flags}`;
  const traceAndClose = async (config: Partial<TracingConfig>, traceparent?: string): Promise<void> => {
    const one = tracer(config);
    one.begin({ name: 'work' }, traceparent).end();
    await one.close();
  };
  const arrived = (count: number) =>
    eventually(
      () => Promise.resolve(expect(collector.spans).toHaveLength(count)),
      performance.now() + SENT_BY_CLOSING_MS,
    );

  it('sends what it has when it is closed', async () => {
    const one = tracer();
    const span = one.begin({ name: 'outer' }, undefined);
    span.child({ name: 'inner' }).end();
    span.end();
    await one.close();
    await arrived(2);
    expect(collector.spans.map(({ name }) => name)).toEqual(['inner', 'outer']);
    expect(collector.named('inner')[0]?.parentSpanId).toBe(collector.named('outer')[0]?.spanId);
  });

  it('closes although the collector never answers', async () => {
    collector.status = undefined;
    await traceAndClose({});
    await arrived(1);
  });

  it.each([
    ['parentbased_always_on', '01', true],
    ['parentbased_always_on', '00', false],
    ['parentbased_always_on', undefined, true],
    ['parentbased_always_off', '01', true],
    ['parentbased_always_off', undefined, false],
    ['parentbased_traceidratio', undefined, false],
    ['always_on', '00', true],
    ['always_off', '01', false],
    ['traceidratio', '01', false],
  ] as const)('as %s with a caller who says %s keeps a trace: %s', async (sampler, flags, kept) => {
    await traceAndClose({ sampler, ratio: 0 }, flags && from(flags));
    if (kept) await arrived(1);
    expect(collector.spans.length > 0).toBe(kept);
  });

  it.each(['', 'nonsense', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'])(
    'begins a trace of its own where it is handed %j',
    (traceparent) => {
      const span = tracer().begin({ name: 'work' }, traceparent);
      expect(span.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );
});
