import { join } from 'node:path';
import { mistakesOf } from '../../test/support/mistakes.js';
import { kept } from '../../test/support/retention.js';
import { PROJECT_ROOT } from '../common/project-root.js';
import { InvalidConfiguration, loadConfig, missingIn } from './env.js';
import { limitsConfig } from './limits.config.js';
import { LIMITS, USUAL_LIMITS } from './limits.js';

const DATABASE_URL = 'postgres://latchkey:pass@db:5432/latchkey';
const APP_SECRET = 'J7v1x0Tq9ZbXr4LmWc2sYd8KfHg5NpUe';
const OPS_TOKEN = 'ops-9f3kd82ndk20dm';

const DEVELOPMENT = { DATABASE_URL, APP_SECRET };
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL,
  APP_SECRET,
  OPS_TOKEN,
  PUBLIC_URL: 'https://id.example.org',
  SMS_PROVIDER: 'sms-aero',
  SMS_AERO_EMAIL: 'team@example.org',
  SMS_AERO_API_KEY: 'aero-key-1',
};

const SMTP = {
  EMAIL_PROVIDER: 'smtp',
  EMAIL_FROM: 'Latchkey <no-reply@example.org>',
  SMTP_URL: 'smtps://latchkey:p%40ss@mail.example.org:465',
};

describe('Configuration outside production', () => {
  it('needs nothing but what the start has made for itself', () => {
    const config = loadConfig({}, { databaseUrl: DATABASE_URL, appSecret: APP_SECRET });

    expect(config).toEqual({
      app: { production: false, productName: 'Latchkey', logLevel: 'info', processes: 1, hostsWorker: true },
      http: {
        host: '127.0.0.1',
        port: 3000,
        publicUrl: 'http://localhost:3000',
        corsOrigins: [],
        trustedProxies: [],
        drainMs: 1_000,
      },
      database: { url: DATABASE_URL, directUrl: DATABASE_URL, poolSize: 10 },
      secret: { appSecret: APP_SECRET },
      limits: limitsConfig(USUAL_LIMITS),
      otp: { smsLength: 4, emailLength: 6 },
      sms: { provider: 'console', regions: ['RU'], timeoutMs: 10_000, consoleDelayMs: [1000, 2000] },
      testPhones: { codes: new Map(), until: undefined },
      smsAero: { email: '', apiKey: '', sign: 'SMS Aero', baseUrl: 'https://gate.smsaero.ru/v2/' },
      email: {
        provider: 'console',
        from: 'Latchkey <no-reply@localhost>',
        folder: join(PROJECT_ROOT, '.latchkey/mail'),
        smtpUrl: '',
        timeoutMs: 20_000,
      },
      session: { issuer: 'http://localhost:3000', audience: 'latchkey', keyRotationDays: 30 },
      admin: { firstUser: true },
      referrals: { inviteePhones: 'full', signInUrl: 'http://localhost:3000/' },
      retention: kept,
      qa: { inbox: true, token: undefined },
      tracing: { headers: {}, serviceName: 'latchkey', sampler: 'parentbased_always_on', ratio: 1 },
    });
  });

  it('prefers what is set to what was made', () => {
    const config = loadConfig(DEVELOPMENT, { databaseUrl: 'postgres://other/x', appSecret: 'other' });

    expect(config.database.url).toBe(DATABASE_URL);
    expect(config.secret.appSecret).toBe(APP_SECRET);
  });

  it('says which stand-ins are wanted', () => {
    expect(missingIn({})).toEqual({ databaseUrl: true, appSecret: true });
    expect(missingIn({ DATABASE_URL, APP_SECRET: ' ' })).toEqual({ databaseUrl: false, appSecret: true });
    expect(missingIn({ NODE_ENV: 'production' })).toEqual({ databaseUrl: false, appSecret: false });
    expect(missingIn({ NODE_ENV: 'prod' })).toEqual({ databaseUrl: false, appSecret: false });
  });

  it('counts an empty variable as unset and ignores unknown ones', () => {
    const config = loadConfig({ ...DEVELOPMENT, PORT: '', HOST: ' ', OPS_TOKEN: '', PROT: 'x' });

    expect(config.http).toMatchObject({ port: 3000, host: '127.0.0.1', opsToken: undefined });
  });

  it('reads lists, numbers and origins in their normal form', () => {
    const config = loadConfig({
      ...DEVELOPMENT,
      PORT: '0',
      PUBLIC_URL: 'http://localhost:80/',
      SMS_REGIONS: ' ru, de ,',
      CORS_ORIGINS: 'https://a.example, https://b.example:8443/',
      TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      OTP_LENGTH: '8',
      WORKER: 'separate',
      SMS_AERO_URL: 'http://127.0.0.1:9000/v2',
    });

    expect(config.http).toMatchObject({
      port: 0,
      publicUrl: 'http://localhost',
      corsOrigins: ['https://a.example', 'https://b.example:8443'],
      trustedProxies: ['10.0.0.0/8', '::1'],
    });
    expect(config.sms.regions).toEqual(['RU', 'DE']);
    expect(config.otp.smsLength).toBe(8);
    expect(config.app.hostsWorker).toBe(false);
    expect(config.smsAero.baseUrl).toBe('http://127.0.0.1:9000/v2/');
    expect(config.session.issuer).toBe('http://localhost');
  });
});

describe('E-mail outside production', () => {
  it('comes from the product at the host that people use, unless a sender is named', () => {
    const named = { ...DEVELOPMENT, PRODUCT_NAME: 'Acme 2', PUBLIC_URL: 'http://id.example.org:8080' };
    expect(loadConfig(named).email.from).toBe('Acme 2 <no-reply@id.example.org>');
    expect(loadConfig({ ...named, EMAIL_FROM: 'post@acme.example' }).email.from).toBe('post@acme.example');
  });

  it('may be written to a folder, of the project or anywhere', () => {
    const folderOf = (EMAIL_FOLDER: string) =>
      loadConfig({ ...DEVELOPMENT, EMAIL_PROVIDER: 'file', EMAIL_FOLDER }).email;
    expect(folderOf('')).toMatchObject({ provider: 'file', folder: join(PROJECT_ROOT, '.latchkey/mail') });
    expect(folderOf('out/mail')).toMatchObject({ folder: join(PROJECT_ROOT, 'out/mail') });
    expect(folderOf('/var/mail/x')).toMatchObject({ folder: '/var/mail/x' });
  });

  it('needs only the mail server where it goes by SMTP', () => {
    expect(mistakesOf({ ...DEVELOPMENT, EMAIL_PROVIDER: 'smtp' })).toHaveLength(1);
    const config = loadConfig({ ...DEVELOPMENT, EMAIL_PROVIDER: 'smtp', SMTP_URL: 'smtp://mail:25?tls=optional' });
    expect(config.email.provider).toBe('smtp');
  });
});

describe('Configuration in production', () => {
  it('turns the development defaults off', () => {
    const config = loadConfig(PRODUCTION);

    expect(config.app.production).toBe(true);
    expect(config.http.host).toBe('0.0.0.0');
    expect(config.otp).toEqual({ smsLength: 6, emailLength: 6 });
    expect(config.qa.inbox).toBe(false);
  });

  it('starts on no stand-ins, and lists everything that is missing at once', () => {
    const start = () => loadConfig({ NODE_ENV: 'production' }, { databaseUrl: DATABASE_URL, appSecret: APP_SECRET });

    expect(start).toThrow(InvalidConfiguration);
    const names = mistakesOf({ NODE_ENV: 'production' }).map((mistake) => mistake.split(' ')[0]);
    expect(names.sort()).toEqual(['APP_SECRET', 'DATABASE_URL', 'OPS_TOKEN', 'PUBLIC_URL', 'SMS_PROVIDER']);
  });

  it('refuses the console provider', () => {
    expect(mistakesOf({ ...PRODUCTION, SMS_PROVIDER: 'console' })).toEqual([
      'SMS_PROVIDER is "console", which production refuses: it only prints messages. Write sms-aero.',
    ]);
  });

  it('needs the account of SMS Aero', () => {
    const { SMS_AERO_EMAIL: _email, SMS_AERO_API_KEY: _key, ...rest } = PRODUCTION;

    expect(mistakesOf(rest).map((mistake) => mistake.split(' ')[0])).toEqual(['SMS_AERO_EMAIL', 'SMS_AERO_API_KEY']);
  });

  it('offers no e-mail unless a mail server is named', () => {
    expect(loadConfig(PRODUCTION).email.provider).toBe('none');
    expect(loadConfig({ ...PRODUCTION, ...SMTP }).email).toMatchObject({
      provider: 'smtp',
      from: 'Latchkey <no-reply@example.org>',
      smtpUrl: SMTP.SMTP_URL,
    });
  });

  it.each([
    ['console', 'it only prints e-mails. Write smtp.'],
    ['file', 'it only writes e-mails to a folder. Write smtp.'],
  ])('refuses e-mails that go nowhere: %s', (provider, reason) => {
    expect(mistakesOf({ ...PRODUCTION, EMAIL_PROVIDER: provider })).toEqual([
      `EMAIL_PROVIDER is "${provider}", which production refuses: ${reason}`,
    ]);
  });

  it('needs the mail server and the sender that people see', () => {
    const mistakes = mistakesOf({ ...PRODUCTION, EMAIL_PROVIDER: 'smtp' });
    expect(mistakes.map((mistake) => mistake.split(' is not set:')[0])).toEqual(['EMAIL_FROM', 'SMTP_URL']);
  });

  it('needs https, except on the machine itself', () => {
    expect(mistakesOf({ ...PRODUCTION, PUBLIC_URL: 'http://id.example.org' })).toEqual([
      'PUBLIC_URL is "http://id.example.org": in production write it with https://.',
    ]);
    expect(mistakesOf({ ...PRODUCTION, PUBLIC_URL: 'http://localhost:3000' })).toEqual([]);
    expect(mistakesOf({ ...PRODUCTION, SMS_AERO_URL: 'http://gate.example.org/v2/' })).toEqual([
      'SMS_AERO_URL is "http://gate.example.org/v2/": in production write it with https://.',
    ]);
    expect(mistakesOf({ ...PRODUCTION, SMS_AERO_URL: 'http://127.0.0.1:9000/v2/' })).toEqual([]);
  });

  it('believes no block of addresses that is larger than one owner has', () => {
    expect(mistakesOf({ ...PRODUCTION, TRUSTED_PROXIES: '0.0.0.0/1,128.0.0.0/1' })).toHaveLength(1);
    expect(mistakesOf({ ...PRODUCTION, TRUSTED_PROXIES: '10.0.0.0/8' })).toEqual([]);
  });
});

describe('A mistake in the configuration', () => {
  it.each([
    ['NODE_ENV', 'prod', 'NODE_ENV is "prod": write production, development or test.'],
    ['HOST', 'http://x', 'HOST is "http://x": write an address of this machine, such as 127.0.0.1 or 0.0.0.0.'],
    ['PORT', '70000', 'PORT is "70000": write a whole number from 0 to 65535.'],
    ['PORT', '3e3', 'PORT is "3e3": write a whole number from 0 to 65535.'],
    ['WEB_CONCURRENCY', '0', 'WEB_CONCURRENCY is "0": write a whole number from 1 to 64.'],
    ['OTP_LENGTH', '3', 'OTP_LENGTH is "3": write a whole number from 4 to 8.'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud": write fatal, error, warn, info, debug, trace or silent.'],
    ['WORKER', 'none', 'WORKER is "none": write embedded or separate.'],
    ['SMS_PROVIDER', 'twilio', 'SMS_PROVIDER is "twilio": write console or sms-aero.'],
    ['SMS_REGIONS', 'RU,XX', 'SMS_REGIONS holds "XX": write two-letter ISO 3166-1 codes, such as RU,DE.'],
    ['SMS_REGIONS', ',', 'SMS_REGIONS holds "": write two-letter ISO 3166-1 codes, such as RU,DE.'],
    ['PRODUCT_NAME', 'Ключ', 'PRODUCT_NAME is "Ключ": write 2 to 20 Latin letters, digits, spaces and hyphens.'],
    [
      'PUBLIC_URL',
      'https://a.example/app',
      'PUBLIC_URL holds "https://a.example/app": write only scheme, host and port, such as https://example.org.',
    ],
    ['CORS_ORIGINS', '*', 'CORS_ORIGINS holds "*": write only scheme, host and port, such as https://example.org.'],
    [
      'TRUSTED_PROXIES',
      '10.0.0.0/8,1',
      'TRUSTED_PROXIES holds "1": write addresses or blocks, such as 10.0.0.0/8,192.168.1.5.',
    ],
    [
      'TRUSTED_PROXIES',
      '0.0.0.0/0',
      'TRUSTED_PROXIES holds "0.0.0.0/0", which believes too many: name the proxies themselves.',
    ],
    ['EMAIL_PROVIDER', 'ses', 'EMAIL_PROVIDER is "ses": write console, file or smtp.'],
    ...['Latchkey', 'Latchkey <no-reply>', 'a@b.example, c@d.example', 'A <a@b.example> <c@d.example>', 'a@@b'].map(
      (from) => [
        'EMAIL_FROM',
        from,
        `EMAIL_FROM is "${from}": write an address, such as Latchkey <no-reply@example.org>.`,
      ],
    ),
    ['EMAIL_TIMEOUT_MS', '99', 'EMAIL_TIMEOUT_MS is "99": write a whole number from 100 to 60000.'],
    ['SMS_AERO_URL', 'gate', 'SMS_AERO_URL is "gate": write a URL that begins with https:// or http://.'],
  ])('in %s (%s) is told with what to write instead', (name, value, sentence) => {
    expect(mistakesOf({ ...DEVELOPMENT, [name]: value })).toEqual([sentence]);
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:s3cr3t@db/x'],
    ['DATABASE_URL', 's3cr3t'],
    ['APP_SECRET', 's3cr3t'],
    ['APP_SECRET', 's'.repeat(40)],
    ['APP_SECRET', 'please-change-me-please-s3cr3t-0123456789'],
    ['OPS_TOKEN', 's3cr3t'],
    ['SMS_AERO_EMAIL', 's3cr3t'],
    ['SMTP_URL', 'http://user:s3cr3t@mail.example.org'],
    ['SMTP_URL', 'smtp://user:s3cr3t@mail.example.org/path'],
    ['SMTP_URL', 's3cr3t'],
  ])('in %s never shows the value', (name, value) => {
    const mistakes = mistakesOf({ ...DEVELOPMENT, [name]: value });

    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(new RegExp(`^${name} `));
    expect(mistakes[0]).not.toContain(value);
    expect(mistakes[0]).not.toContain('s3cr3t');
  });

  it.each(Object.entries(LIMITS))('in the limit %s is a number out of its range', (name, { least, most }) => {
    const sentence = (value: number | string) =>
      `${name} is "${value}": write a whole number from ${least} to ${most}.`;

    for (const value of [least - 1, most + 1, 'off', `${least}.5`])
      expect(mistakesOf({ ...DEVELOPMENT, [name]: String(value) })).toEqual([sentence(value)]);
  });

  it('in a budget of which an hour gets nothing is told with what to write instead', () => {
    const budget = { SMS_DAILY_BUDGET: '11', SMS_BUDGET_HOUR_PARTS: '2' };
    expect(mistakesOf({ ...DEVELOPMENT, ...budget })).toEqual([
      'SMS_DAILY_BUDGET is "11", of which an hour may spend less than one SMS: write 12 or more.',
    ]);
    expect(loadConfig({ ...DEVELOPMENT, ...budget, SMS_DAILY_BUDGET: '12' }).limits.smsBudget.daily).toBe(12);
  });

  it('does not hide the next one', () => {
    const start = () => loadConfig({ ...DEVELOPMENT, PORT: 'x', WORKER: 'y' });

    expect(start).toThrow(/^The configuration has mistakes:\nPORT .+\nWORKER .+$/);
  });
});
