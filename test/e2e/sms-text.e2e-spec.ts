import type { InboxMessage } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { World } from '../support/world.js';

/** What fits into one SMS: 160 characters of the plain GSM alphabet, or 70 of any (3GPP TS 23.038). */
function fitsOneSms(text: string): boolean {
  const plain = /^[A-Za-z0-9 \n@$_!"#%&'()*+,\-./:;<=>?]*$/.test(text);
  return text.length <= (plain ? 160 : 70);
}

describe.each([
  ['as it comes', {}],
  [
    'with the longest names',
    { PRODUCT_NAME: 'Twenty Letters Named', PUBLIC_URL: `http://${'sign-in.'.repeat(7)}example.org` },
  ],
])('The text of a code, %s', (_, names) => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ OTP_LENGTH: '8', ...names });
    world = new World(app);
  });

  afterAll(() => app.close());

  async function messageIn(language: string | undefined): Promise<InboxMessage> {
    const visitor = world.aVisitor({ language });
    await visitor.requestCode();
    await app.delivered();
    return (await visitor.api.latestMessage(`to=${encodeURIComponent(visitor.phone)}`)).body;
  }

  it.each(['en', 'ru'])('is one segment with the longest code in %s', async (language) => {
    const { text, segments, code } = await messageIn(language);
    expect(code).toMatch(/^\d{8}$/);
    expect(segments).toBe(1);
    expect(fitsOneSms(text)).toBe(true);
  });

  it.each(['en', 'ru'])('says early whose code it is, and the code, in %s', async (language) => {
    const { text, code } = await messageIn(language);
    expect(text.startsWith(`${app.config.app.productName}: ${code}`)).toBe(true);
  });

  it.each([
    ['ru-RU,ru;q=0.9,en;q=0.8', /ваш код/],
    ['en-GB,en;q=0.9,ru;q=0.8', /is your code/],
    ['de', /is your code/],
    [undefined, /is your code/],
  ])('is in the language of %s', async (language, words) => {
    expect((await messageIn(language)).text).toMatch(words);
  });

  it('ends with the line that lets browsers fill the code in, where it fits', async () => {
    const { text, code } = await messageIn('en');
    const host = new URL(app.config.http.publicUrl).hostname;
    const line = `@${host} #${code}`;
    expect(text.split('\n').slice(1)).toEqual([line]);
  });
});
