import { InvalidConfiguration, loadConfig } from './env.js';

const APP_SECRET = 'k3Jv9Qe7Xw2Zr5Tn8Lm1Pb6Yc4Hd0Gf3';
const DATABASE_URL = 'postgres://pooler:6432/latchkey';
const DATABASE_DIRECT_URL = 'postgres://postgres:5432/latchkey';

const load = (env: NodeJS.ProcessEnv) => loadConfig({ APP_SECRET, DATABASE_URL, ...env }).database;

describe('The way to the database', () => {
  it('is one for everything', () => {
    expect(load({})).toMatchObject({ url: DATABASE_URL, directUrl: DATABASE_URL });
  });

  it('leads past a pooler for what needs a session, where that way is named', () => {
    expect(load({ DATABASE_DIRECT_URL })).toMatchObject({ url: DATABASE_URL, directUrl: DATABASE_DIRECT_URL });
  });

  it('is never shown when it is mistaken', () => {
    const wrong = () => load({ DATABASE_DIRECT_URL: 'mysql://latchkey:hunter2@postgres/latchkey' });

    expect(wrong).toThrow(InvalidConfiguration);
    expect(wrong).toThrow(/DATABASE_DIRECT_URL is no PostgreSQL URL/);
    expect(wrong).not.toThrow(/hunter2/);
  });
});
