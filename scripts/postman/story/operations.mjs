import { sendOwnToken } from '../sandbox.mjs';

export const operations = {
  name: '10 Operations',
  description: `For whatever watches over the service, and for the SMS provider. With \`OPS_TOKEN\` set on the server, put the same into \`opsToken\` of the
environment, and any text into \`metricsAreInside\` where a proxy keeps \`/metrics\` from you.`,
  steps: [
    { operation: 'readLiveness', name: 'Is it alive?', status: 200 },
    {
      operation: 'readReadiness',
      name: 'Is it ready?',
      status: 200,
      before() {
        sendOwnToken('opsToken');
      },
    },
    {
      operation: 'readMetrics',
      name: 'Metrics',
      status: 200,
      before() {
        if (pm.environment.get('metricsAreInside')) pm.execution.skipRequest();
        sendOwnToken('opsToken');
      },
      after() {
        pm.test('they are in the format of Prometheus', () => pm.expect(pm.response.text()).to.match(/^# HELP /m));
      },
    },
    {
      operation: 'receiveSmsAeroCallback',
      name: 'A delivery report that nobody asked for',
      path: { token: 'made-up' },
      status: 200,
    },
  ],
};
