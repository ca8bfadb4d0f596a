import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { QuietExporter } from './quiet-exporter.js';

describe('A collector that does not take spans', () => {
  let result: ExportResult;
  const said: string[] = [];
  const exporter = { export: (_: unknown, done: (result: ExportResult) => void) => done(result) };
  const quiet = new QuietExporter(exporter as SpanExporter, {
    warn: (message) => void said.push(message),
    log: (message) => void said.push(message),
  });
  const send = (): ExportResult | undefined => {
    let heard: ExportResult | undefined;
    quiet.export([], (answer) => (heard = answer));
    return heard;
  };

  it('is told of once, by a code and not by what it answered, and once when it takes them again', () => {
    const error = Object.assign(new Error('no span of +79121234567'), { code: 'ECONNREFUSED' });
    result = { code: ExportResultCode.FAILED, error };
    const heard = [send(), send(), send()];
    result = { code: ExportResultCode.SUCCESS };
    heard.push(send(), send());
    expect(said).toEqual([
      'traces do not reach the collector (ECONNREFUSED); this is said once',
      'traces reach the collector again',
    ]);
    expect(heard.map((each) => each?.code)).toEqual(Array.from({ length: 5 }, () => ExportResultCode.SUCCESS));
  });
});
