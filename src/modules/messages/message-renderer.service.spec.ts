import { APP_CONFIG } from '../../../test/support/app-config.js';
import type { HttpConfig } from '../../config/config.js';
import { MessageRenderer } from './message-renderer.service.js';

const HTTP: HttpConfig = {
  host: '127.0.0.1',
  port: 3_000,
  publicUrl: '',
  corsOrigins: [],
  trustedProxies: [],
  drainMs: 0,
};

interface Setting {
  readonly product?: string;
  readonly publicUrl?: string;
}

function rendererOf({ product = 'Latchkey', publicUrl = 'https://id.example.org:8443/base' }: Setting = {}) {
  const renderer = new MessageRenderer({ ...APP_CONFIG, productName: product }, { ...HTTP, publicUrl });
  renderer.supply('otp-code', ({ code }) => ({ code: String(code) }));
  return renderer;
}

const message = (locale: 'en' | 'ru', code = '0417') =>
  ({ channel: 'sms', template: 'otp-code', locale, params: { code }, recipient: '+79120000000' }) as const;

describe('The text of a message', () => {
  it('is in the language of its reader, and ends with the code bound to our host', () => {
    const renderer = rendererOf();
    expect(renderer.render(message('en')).text).toBe(
      'Latchkey: 0417 is your code. Never share it.\n@id.example.org #0417',
    );
    expect(renderer.render(message('ru')).text).toBe('Latchkey: 0417 — ваш код. Никому его не говорите.');
    expect(rendererOf({ publicUrl: 'https://a.ru' }).render(message('ru')).text).toMatch(/говорите\.\n@a\.ru #0417$/);
  });

  it('comes with the code that it shows', () => {
    expect(rendererOf().render(message('en', '40718293'))).toMatchObject({
      code: '40718293',
      text: expect.stringContaining('40718293') as string,
    });
  });

  it('is written anew for each message', () => {
    const renderer = rendererOf();
    const texts = ['1111', '2222'].map((code) => renderer.render(message('en', code)).text);
    expect(texts).toEqual([expect.stringContaining('1111'), expect.stringContaining('2222')]);
    expect(texts[1]).not.toContain('1111');
  });

  it('shows the name of the product as it is: an SMS is no HTML', () => {
    expect(rendererOf({ product: `Smith & <Sons>` }).render(message('en')).text).toMatch(/^Smith & <Sons>: 0417 /);
  });

  it('is refused where nobody supplies what its template shows', () => {
    const silent = new MessageRenderer(APP_CONFIG, { ...HTTP, publicUrl: 'https://id.example.org' });
    expect(() => silent.render(message('en'))).toThrow('code');
  });

  it('is refused in a language or a kind that it has no template for', () => {
    const none = { ...message('en'), template: 'welcome' };
    expect(() => rendererOf().render({ ...none, channel: 'email' })).toThrow('welcome.email.en.hbs');
    expect(() => rendererOf().render(none)).toThrow('welcome.sms.en.hbs');
  });
});

describe('The line that binds a code to our host', () => {
  const bound = (product: string) => rendererOf({ product, publicUrl: 'https://x.org' }).render(message('en')).text;
  const body = (product: string) => `${product}: 0417 is your code. Never share it.`;
  const line = '\n@x.org #0417';
  const longest = 160 - body('').length - line.length;

  it('is there as long as the message stays one', () => {
    const product = 'a'.repeat(longest);
    expect(bound(product)).toBe(body(product) + line);
    expect(bound(product)).toHaveLength(160);
  });

  it('is left out where it would make two of one', () => {
    const product = 'a'.repeat(longest + 1);
    expect(bound(product)).toBe(body(product));
  });

  it('is left out where there is no code', () => {
    const renderer = rendererOf();
    renderer.supply('otp-code', () => ({ code: '' }));
    expect(renderer.render(message('en')).text).not.toContain('#');
  });
});

describe('An e-mail', () => {
  const email = (locale: 'en' | 'ru' = 'en', setting?: Setting) =>
    rendererOf(setting).renderEmail({ ...message(locale, '040718'), channel: 'email' });

  it('has a subject, which is not a part of its text', () => {
    expect(email()).toMatchObject({ subject: '040718 is your Latchkey code', code: '040718' });
    expect(email().text).not.toContain('Subject');
    expect(email('ru').subject).toBe('040718 — ваш код Latchkey');
  });

  it('says the same in its text and in its HTML, in the language of its reader', () => {
    for (const locale of ['en', 'ru'] as const) {
      const { text, html } = email(locale);
      expect(html).toContain(`<html lang="${locale}">`);
      expect(text.split('\n\n').length).toBeGreaterThan(2);
      for (const paragraph of text.split('\n\n')) expect(html).toContain(`>${paragraph}</p>`);
    }
  });

  it('shows its code large, and nothing else', () => {
    const large = /font-size:32px[^>]*>([^<]*)</g;
    expect([...email().html.matchAll(large)].map(([, shown]) => shown)).toEqual(['040718']);
  });

  it('is no HTML in its text, and safe HTML in its HTML', () => {
    const { subject, text, html } = email('en', { product: 'Smith & <Sons>' });
    expect(subject).toContain('Smith & <Sons>');
    expect(text).toContain('Smith & <Sons>');
    expect(html).not.toContain('<Sons>');
    expect(html).toContain('Smith &amp; &lt;Sons&gt;');
  });

  it('fetches nothing from anywhere', () => {
    expect(email().html).not.toMatch(/https?:|src=|url\(|@import|<link|<script/i);
  });

  it('has no line that binds its code to our host: that is for text messages', () => {
    expect(email().text).not.toContain('#');
  });

  it('is what is read of a message that goes by e-mail', () => {
    const whole = email();
    expect(rendererOf().render({ ...message('en', '040718'), channel: 'email' })).toEqual(whole);
  });
});

describe('What a message is billed as', () => {
  it('is its length as an SMS, and one as an e-mail', () => {
    const renderer = rendererOf();
    expect(renderer.segments('sms', 'a'.repeat(161))).toBe(2);
    expect(renderer.segments('email', 'a'.repeat(161))).toBe(1);
  });
});
