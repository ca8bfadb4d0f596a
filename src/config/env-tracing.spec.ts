import { mistakesOf } from '../../test/support/mistakes.js';
import { loadConfig } from './env.js';

const NEEDED = {
  DATABASE_URL: 'postgres://latchkey:pass@db:5432/latchkey',
  APP_SECRET: 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe',
};

const tracing = (env: Record<string, string>) => loadConfig({ ...NEEDED, ...env }).tracing;

const mistakesWith = (env: Record<string, string>) => mistakesOf({ ...NEEDED, ...env });

describe('The variables of traces', () => {
  it('name no place to send them to unless there is a collector', () => {
    expect(tracing({ OTEL_SERVICE_NAME: 'sign-in' }).endpoint).toBeUndefined();
  });

  it.each(['http://collector:4318', 'http://collector:4318/'])('send them below %s', (endpoint) => {
    expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).endpoint).toBe('http://collector:4318/v1/traces');
  });

  it('are read as the specification has them', () => {
    const config = tracing({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=sign-in, authorization=Basic%20YTpi',
      OTEL_SERVICE_NAME: 'sign-in',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(config).toEqual({
      endpoint: 'https://collector.example/otlp/v1/traces',
      headers: { 'x-team': 'sign-in', authorization: 'Basic YTpi' },
      serviceName: 'sign-in',
      sampler: 'traceidratio',
      ratio: 0.25,
    });
  });

  it.each(['secret', 'a b=secret', 'x=%zz', 'x=sec\tret'])('refuse %j as headers without showing it', (headers) => {
    expect(mistakesWith({ OTEL_EXPORTER_OTLP_HEADERS: headers })).toEqual([
      'OTEL_EXPORTER_OTLP_HEADERS is no list of headers: write name=value,other=value, values percent-encoded.',
    ]);
  });

  it('refuse what no library would understand, and say what to write', () => {
    const mistakes = mistakesWith({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_SERVICE_NAME: 'sign in',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: '25',
    });
    expect(mistakes).toHaveLength(4);
    for (const mistake of mistakes) expect(mistake).toMatch(/^OTEL_\w+ is ".+": write .+\.$/);
  });
});
