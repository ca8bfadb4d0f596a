import { keepCode, sendOwnToken } from '../sandbox.mjs';

/** The step in which a tester would look at their phone. @param to where the code went */
export const readCode = (to, name = 'Read the code in the inbox') => ({
  operation: 'waitForMessage',
  name,
  query: { to, since: '{{since}}', timeout: '25' },
  status: 200,
  before() {
    sendOwnToken('qaInboxToken');
  },
  after: keepCode,
});
