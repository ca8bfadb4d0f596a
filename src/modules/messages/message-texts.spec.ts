import { APP_CONFIG } from '../../../test/support/app-config.js';
import { MountedViews } from '../../../test/support/mounted-views.js';
import { CannotStart } from '../../common/cannot-start.js';
import type { HttpConfig } from '../../config/config.js';
import { MessageTexts } from './message-texts.js';

const HTTP: HttpConfig = {
  host: '127.0.0.1',
  port: 3_000,
  publicUrl: 'https://id.example.org',
  corsOrigins: [],
  trustedProxies: [],
  drainMs: 0,
};
const EIGHT = '88888888';
const CODE = 'messages/otp-code.sms.en.hbs';
const ENDED = 'messages/notice-sessions-ended.sms.ru.hbs';
const EMAIL = 'messages/notice-blocked.email.ru.hbs';

let views: MountedViews;

beforeEach(() => (views = new MountedViews()));
afterEach(() => views.clear());

function mistakes(productName = 'Latchkey'): string[] {
  const app = { ...APP_CONFIG, productName };
  try {
    new MessageTexts(new views.renderer(app, HTTP), app).onModuleInit();
    return [];
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    const [head, ...lines] = error.message.split('\n');
    expect(head).toBe('The texts of messages hold mistakes:');
    return lines;
  }
}

describe('The texts of messages', () => {
  it('are right as they come, with any name that a product may have', () => {
    expect(mistakes()).toEqual([]);
    expect(mistakes('Twenty Letters Named')).toEqual([]);
  });

  it('are one SMS each, with the longest code', () => {
    const body = '{{product}}: {{code}} ';
    const filled = `Latchkey: ${EIGHT} `;
    views.write(CODE, body + 'a'.repeat(160 - filled.length));
    expect(mistakes()).toEqual([]);
    views.write(CODE, body + 'a'.repeat(161 - filled.length));
    expect(mistakes()).toEqual([
      `views/${CODE} is more than one SMS with PRODUCT_NAME Latchkey and a code of 8 digits: shorten the text, or choose a shorter PRODUCT_NAME.`,
    ]);
  });

  it('are one SMS each in Cyrillic, where that is 70 signs, and with the name of this product', () => {
    const body = '{{product}}: ';
    views.write(ENDED, body + 'я'.repeat(70 - 'Latchkey: '.length));
    expect(mistakes()).toEqual([]);
    expect(mistakes('Latchkeys')).toEqual([
      `views/${ENDED} is more than one SMS with PRODUCT_NAME Latchkeys: shorten the text, or choose a shorter PRODUCT_NAME.`,
    ]);
  });

  it('may be long where they go by e-mail', () => {
    views.write(EMAIL, `Subject: x\n\n${'я'.repeat(2_000)}`);
    expect(mistakes()).toEqual([]);
  });

  it('are there in every language and for every channel', () => {
    views.delete(ENDED);
    views.delete(EMAIL);
    expect(mistakes().sort()).toEqual([
      `views/${EMAIL} is missing: write it. It may show {{product}}.`,
      `views/${ENDED} is missing: write it. It may show {{product}}.`,
    ]);
  });

  it.each([
    ['{{product}: {{code}}', 'cannot be used: Parse error on line 1'],
    ['{{name}}: {{code}}', 'cannot be used: "name" not defined in [object Object] - 1:2'],
  ])('are templates that show what there is to show: %s', (text, mistake) => {
    views.write(CODE, text);
    expect(mistakes()).toEqual([`views/${CODE} ${mistake}. It may show {{product}} and {{code}}.`]);
  });

  it('show a code only where there is one', () => {
    views.write(ENDED, '{{product}}: {{code}}');
    expect(mistakes()).toEqual([expect.stringMatching(/"code" not defined .* It may show {{product}}\.$/)]);
  });

  it.each([CODE, 'messages/otp-code.email.ru.hbs'])('never keep the code to themselves: %s', (path) => {
    views.write(path, 'Subject: a code\n\n{{product}} has a code for you.');
    expect(mistakes()).toEqual([`views/${path} does not show the code: write {{code}} into it.`]);
  });

  it.each([
    [ENDED, ' \n'],
    [EMAIL, 'Subject: nothing'],
  ])('are not empty: %s', (path, text) => {
    views.write(path, text);
    expect(mistakes()).toEqual([`views/${path} is empty: write a text.`]);
  });

  it('have a subject where they go by e-mail', () => {
    views.write(EMAIL, '{{product}} has blocked you.');
    expect(mistakes()).toEqual([expect.stringContaining('does not begin with “Subject: ”')]);
  });

  it('go by e-mail in a frame that can be used', () => {
    views.write('layouts/email.hbs', '{{#if subject}}');
    expect(mistakes()).toHaveLength(22);
  });
});
