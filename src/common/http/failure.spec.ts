import { refusalOf } from './failure.js';

/** As TypeORM wraps what PostgreSQL reports. */
const reported = (code: string) => Object.assign(new Error('query failed'), { driverError: { code } });

describe('A failure of the database', () => {
  it.each([
    ['08006', 'a connection that broke'],
    ['57P01', 'a shutdown'],
    ['57P03', 'a start'],
    ['53100', 'a full disk'],
    ['53200', 'a lack of memory'],
    ['53300', 'a lack of connections'],
    ['58000', 'a system that fails'],
    ['58030', 'a disk that fails'],
    ['25006', 'a standby'],
    ['25P03', 'a transaction that was left alone'],
    ['57014', 'a statement that took too long'],
    ['55P03', 'a lock that others hold'],
    ['40P01', 'a deadlock'],
  ])('that passes is 503 and says when to come again: %s, %s', (code) => {
    const { kind, facts } = refusalOf(reported(code));
    expect([kind.status, kind.code]).toEqual([503, 'service.unavailable']);
    expect(facts.retryAfterSeconds).toBeGreaterThan(0);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Query read timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
  ])('that the driver tells of is one of them: %s', (message) => {
    expect(refusalOf(new Error(message)).kind.status).toBe(503);
  });

  it.each(['ECONNREFUSED', 'EHOSTUNREACH', 'EMFILE'])('is one of them where none can be made: %s', (code) => {
    expect(refusalOf(Object.assign(new Error('connect'), { code })).kind.status).toBe(503);
  });

  it.each(['23505', '42P01', '22P02', '25P02', '58P01'])('that will not pass is a fault of ours: %s', (code) => {
    expect(refusalOf(reported(code)).kind.status).toBe(500);
  });
});
