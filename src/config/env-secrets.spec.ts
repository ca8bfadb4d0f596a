import { mistakesOf } from '../../test/support/mistakes.js';
import { loadConfig } from './env.js';

const OLD = 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe';
const NEW = 'p0Vn6bQs3Ty8Wz1Xc5Kd9Lf2Gh7Jm4Ra';
const SURROUNDINGS = { DATABASE_URL: 'postgres://latchkey:pass@db:5432/latchkey' };

const mistakesWith = (settings: NodeJS.ProcessEnv) => mistakesOf({ ...SURROUNDINGS, ...settings });

describe('The secret that was there before', () => {
  it('is known while the secret is being changed', () => {
    const { secret } = loadConfig({ ...SURROUNDINGS, APP_SECRET: NEW, APP_SECRET_PREVIOUS: OLD });
    expect(secret).toEqual({ appSecret: NEW, previousAppSecret: OLD });
  });

  it.each([{}, { APP_SECRET_PREVIOUS: '' }])('is none with %j', (previous) => {
    const { secret } = loadConfig({ ...SURROUNDINGS, APP_SECRET: NEW, ...previous });
    expect(secret).toEqual({ appSecret: NEW, previousAppSecret: undefined });
  });

  it('is another one', () => {
    expect(mistakesWith({ APP_SECRET: NEW, APP_SECRET_PREVIOUS: NEW })).toEqual([
      'APP_SECRET_PREVIOUS is the same as APP_SECRET: write the one that was there before, or leave it out.',
    ]);
  });

  it('is as long as any secret', () => {
    expect(mistakesWith({ APP_SECRET: NEW, APP_SECRET_PREVIOUS: OLD.slice(1) })).toEqual([
      'APP_SECRET_PREVIOUS has fewer than 32 characters: make one with: openssl rand -base64 48',
    ]);
  });

  it('does not stand in for the one that is there now', () => {
    expect(mistakesWith({ APP_SECRET_PREVIOUS: OLD })).toEqual([
      'APP_SECRET is not set: give at least 32 random characters; make them with: openssl rand -base64 48',
    ]);
  });
});
