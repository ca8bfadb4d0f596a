import { deviceName } from './device-name.js';

const MOZILLA = 'Mozilla/5.0';
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('A device is called', () => {
  it.each([
    ['Chrome on Windows', `${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/126.0.0.0 Safari/537.36`],
    ['Firefox on Linux', `${MOZILLA} (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0`],
    ['Safari on macOS', `${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/17.5 Safari/605.1.15`],
    ['Chrome on Android', `${MOZILLA} (Linux; Android 14; Pixel 8) ${WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36`],
    [
      'iPhone, Safari',
      `${MOZILLA} (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${WEBKIT} Version/17.5 Mobile/15E148 Safari/604.1`,
    ],
    ['iPad, Chrome', `${MOZILLA} (iPad; CPU OS 16_0 like Mac OS X) ${WEBKIT} CriOS/120.0 Mobile/15E148 Safari/604.1`],
    ['Googlebot', `${MOZILLA} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`],
    ['Windows', '(Windows NT 10.0)'],
  ])('%s', (name, userAgent) => {
    expect(deviceName(userAgent)).toBe(name);
  });

  it.each([null, '', 'node', 'curl/8.5.0', '<script>alert(1)</script>', '/', '\u00ff'.repeat(256), '('.repeat(256)])(
    'nothing when it tells nothing: %j',
    (userAgent) => {
      expect(deviceName(userAgent)).toBeNull();
    },
  );
});
