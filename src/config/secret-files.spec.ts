import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mistakesOf } from '../../test/support/mistakes.js';
import { loadConfig, missingIn } from './env.js';
import { SECRETS } from './secret-files.js';

const VALUES = {
  APP_SECRET: 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe',
  APP_SECRET_PREVIOUS: 'b4Wm7Qz1Lx9Rt3Vn6Kp2Ys8Hd5Jf0Gcu',
  DATABASE_URL: 'postgres://latchkey:pass@db:5432/latchkey',
  DATABASE_DIRECT_URL: 'postgres://latchkey:pass@direct:5432/latchkey',
  OPS_TOKEN: 'ops-9f3kd82ndk20dm',
  QA_INBOX_TOKEN: 'qa-2m8sk1pd92kfm3',
  SMS_AERO_API_KEY: 'aero-key-1',
  SMTP_URL: 'smtps://latchkey:p%40ss@mail.example.org:465',
};
const { APP_SECRET, DATABASE_URL } = VALUES;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The path of a file that holds the text. */
function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('A secret in a file', () => {
  it('is taken from it, each of them, without the line break at its end', () => {
    const files = SECRETS.map((name) => [`${name}_FILE`, fileOf(name, `${VALUES[name]}\n`)] as const);
    const config = loadConfig(Object.fromEntries(files));

    expect(config.secret).toEqual({ appSecret: APP_SECRET, previousAppSecret: VALUES.APP_SECRET_PREVIOUS });
    expect(config.database.url).toBe(DATABASE_URL);
    expect(config.database.directUrl).toBe(VALUES.DATABASE_DIRECT_URL);
    expect(config.http.opsToken).toBe(VALUES.OPS_TOKEN);
    expect(config.qa.token).toBe(VALUES.QA_INBOX_TOKEN);
    expect(config.smsAero.apiKey).toBe(VALUES.SMS_AERO_API_KEY);
    expect(config.email.smtpUrl).toBe(VALUES.SMTP_URL);
  });

  it('needs no stand-in, not even when the file cannot be read', () => {
    const given = { APP_SECRET_FILE: fileOf('given', APP_SECRET), DATABASE_URL_FILE: join(folder, 'nowhere') };
    expect(missingIn(given)).toEqual({ databaseUrl: false, appSecret: false });
  });

  it('has to be as good as anywhere else', () => {
    const mistakes = mistakesOf({ DATABASE_URL, APP_SECRET_FILE: fileOf('short', 'short') });
    expect(mistakes).toEqual(['APP_SECRET has fewer than 32 characters: make one with: openssl rand -base64 48']);
  });

  it('that cannot be read is one mistake, and shows no path: it may be the secret itself', () => {
    expect(mistakesOf({ DATABASE_URL, APP_SECRET_FILE: APP_SECRET })).toEqual([
      'APP_SECRET_FILE names a file that cannot be read (ENOENT): correct the path, or let this user read it.',
    ]);
  });

  it('that is empty is a mistake', () => {
    expect(mistakesOf({ DATABASE_URL, APP_SECRET_FILE: fileOf('empty', ' \n') })).toEqual([
      'APP_SECRET_FILE names an empty file: write the value into it.',
    ]);
  });

  it('must not stand in the environment as well', () => {
    const both = { APP_SECRET, APP_SECRET_FILE: fileOf('both', APP_SECRET) };
    expect(mistakesOf({ DATABASE_URL, ...both })).toEqual([
      'APP_SECRET and APP_SECRET_FILE are both set: keep one of them.',
    ]);
  });

  it('is told of together with every other mistake', () => {
    const mistakes = mistakesOf({ DATABASE_URL, APP_SECRET_FILE: join(folder, 'nowhere'), PORT: 'x' });
    expect(mistakes.map((mistake) => mistake.split(' ')[0])).toEqual(['PORT', 'APP_SECRET_FILE']);
  });

  it('counts as not named when the variable is empty', () => {
    expect(loadConfig({ DATABASE_URL, APP_SECRET, APP_SECRET_FILE: '' }).secret.appSecret).toBe(APP_SECRET);
  });
});
