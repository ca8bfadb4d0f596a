import { Api } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { PageBrowser, tokenIn } from '../support/page-browser.js';
import { photo } from '../support/pictures.js';

const ADDRESS = /src="(\/api\/v1\/avatars\/[\w-]+)"/;

describe('The picture on the profile page', () => {
  let app: TestApp;
  let picture: Blob;

  beforeAll(async () => {
    app = await startTestApp();
    picture = new Blob([new Uint8Array(await photo())], { type: 'image/jpeg' });
  });
  afterAll(() => app.close());

  async function signedIn(): Promise<{ browser: PageBrowser; csrf: string }> {
    const browser = new PageBrowser(app);
    await browser.signIn();
    return { browser, csrf: tokenIn((await browser.open('/profile')).html) };
  }
  const shownTo = async (browser: PageBrowser) => ADDRESS.exec((await browser.open('/profile')).html)?.[1];

  it('is shown once it was sent, and gone once it was removed', async () => {
    const { browser, csrf } = await signedIn();
    expect(await shownTo(browser)).toBeUndefined();
    const sent = await browser.upload('/profile/avatar', [
      ['csrf', csrf],
      ['avatar', picture],
    ]);
    expect([sent.status, sent.location]).toEqual([303, '/profile']);
    const address = await shownTo(browser);
    expect(await new Api(app.url).get(address ?? '')).toMatchObject({ status: 200 });
    await browser.post('/profile/avatar/remove', { csrf });
    expect(await shownTo(browser)).toBeUndefined();
  });

  it('changes by nothing but a form with the token of its page, which comes before the file', async () => {
    const { browser, csrf } = await signedIn();
    const foreign = (await signedIn()).csrf;
    const forms: (readonly [string, string | Blob])[][] = [
      [['avatar', picture]],
      [
        ['csrf', foreign],
        ['avatar', picture],
      ],
      [
        ['csrf', ''],
        ['avatar', picture],
      ],
      [
        ['avatar', picture],
        ['csrf', csrf],
      ],
    ];
    for (const form of forms) expect((await browser.upload('/profile/avatar', form)).status).toBe(403);
    expect(await shownTo(browser)).toBeUndefined();
  });

  it('is sent from no other site', async () => {
    const { browser, csrf } = await signedIn();
    const boundary = 'x';
    const part = (head: string, body: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
    const body = `${part('name="csrf"', csrf)}${part('name="avatar"; filename="a"', 'x')}--${boundary}--\r\n`;
    // eslint-disable-next-line no-restricted-globals -- a page, which the contract does not describe
    const answer = await fetch(`${app.url}/profile/avatar`, {
      method: 'POST',
      body,
      headers: {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'sec-fetch-site': 'cross-site',
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    });
    expect(answer.status).toBe(403);
  });

  it('says within its form what is wrong with what was sent', async () => {
    const { browser, csrf } = await signedIn();
    const refused = await browser.upload('/profile/avatar', [
      ['csrf', csrf],
      ['avatar', new Blob(['GIF89a'])],
    ]);
    expect(refused.status).toBe(415);
    expect(refused.html).toMatch(/action="\/profile\/avatar"[^]*?role="alert"[^>]*>This is not a PNG/);
    const none = await browser.upload('/profile/avatar', [['csrf', csrf]]);
    expect(none.html).toMatch(/id="avatar-says" class="error">Choose a picture/);
  });

  it('is refused by a page when it says itself that it is too long, before it is read', async () => {
    const { browser } = await signedIn();
    const type = 'multipart/form-data; boundary=part';
    const headers = { accept: 'text/html', 'content-type': type, 'content-length': '6000000' };
    const { status, html } = await browser.post('/profile/avatar', {}, headers);
    expect(status).toBe(413);
    expect(html).toContain('That is too much at once.');
  });
});
