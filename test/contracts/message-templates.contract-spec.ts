import { APP_CONFIG } from '../support/app-config.js';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/common/project-root.js';
import type { HttpConfig } from '../../src/config/config.js';
import { MessageRenderer } from '../../src/modules/messages/message-renderer.service.js';
import { smsSegments } from '../../src/platform/sms-length/sms-length.js';

const NOTICES = [
  'password-changed',
  'contact-changed',
  'contact-added',
  'contact-removed',
  'role-changed',
  'blocked',
  'unblocked',
  'profile-changed',
  'sessions-ended',
  'account-deleted',
].map((kind) => `notice-${kind}`);
const LOCALES = ['en', 'ru'] as const;
const CHANNELS = ['sms', 'email'] as const;

/** As many letters as PRODUCT_NAME may have. */
const PRODUCT = 'Twenty Letters Named';
const APP = { ...APP_CONFIG, productName: PRODUCT };
const HTTP: HttpConfig = {
  host: '127.0.0.1',
  port: 3_000,
  publicUrl: 'https://id.example.org',
  corsOrigins: [],
  trustedProxies: [],
  drainMs: 0,
};

const renderer = new MessageRenderer(APP, HTTP);
renderer.supply('otp-code', () => ({ code: '40718293' }));

const files = readdirSync(join(PROJECT_ROOT, 'views/messages')).sort();
const messages = files.map((file) => {
  const [, template = '', channel, locale] = /^(.+)\.(sms|email)\.(en|ru)\.hbs$/.exec(file) ?? [];
  return [file, { template, channel, locale, params: {} } as Parameters<MessageRenderer['render']>[0]] as const;
});
const of = (channel: 'sms' | 'email') => messages.filter(([, message]) => message.channel === channel);

describe('The templates of messages', () => {
  it('are there for every kind, on both channels, in both languages, and for nothing else', () => {
    const wanted = ['otp-code', ...NOTICES].flatMap((template) =>
      CHANNELS.flatMap((channel) => LOCALES.map((locale) => `${template}.${channel}.${locale}.hbs`)),
    );
    expect(files).toEqual(wanted.sort());
  });

  it.each(messages)('speak the language that they are named after: %s', (_, message) => {
    const words = renderer.render(message).text.replaceAll(PRODUCT, '');
    expect(/[а-яё]/i.test(words)).toBe(message.locale === 'ru');
    if (message.locale === 'ru') expect(words.replace(/[@#].*/g, '')).not.toMatch(/[a-z]/i);
  });
});

describe('An SMS of ours', () => {
  it.each(of('sms'))('is one segment with the longest product name and the longest code: %s', (_, message) => {
    const { text } = renderer.render(message);
    expect(text.startsWith(`${PRODUCT}: `)).toBe(true);
    expect(smsSegments(text)).toBe(1);
    expect(text.length).toBeLessThanOrEqual(message.locale === 'ru' ? 70 : 160);
  });
});

describe('An e-mail of ours', () => {
  it.each(of('email'))('has a subject of one short line, and names the product: %s', (_, message) => {
    const { subject, text, html } = renderer.renderEmail(message);
    expect(subject).toMatch(/^\S.{5,78}\S$/);
    expect(text).toContain(PRODUCT);
    expect(text).not.toMatch(/[{}<>]|\n{3}/);
    expect(html).toMatch(/^<!doctype html>[^]*<\/html>\s*$/);
    // RFC 5322 §2.1.1, in bytes.
    for (const line of html.split('\n')) expect(Buffer.byteLength(line)).toBeLessThan(998);
  });
});
