import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import type { Answer } from '../support/api.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Visitor, World } from '../support/world.js';

const PATH = '/api/v1/referrals/me/qr.svg';

describe('One’s share link as a QR code', () => {
  let app: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp({ PUBLIC_URL: 'https://id.example.org' });
    world = new World(app);
    // The application reads no SVG, and sees to it that nothing in its process does.
    sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });
  });

  afterAll(() => app.close());

  const qrOf = ({ api }: Visitor): Promise<Answer<string>> => api.get(PATH);

  /** What a camera reads, at any size. */
  async function read(svg: string, width: number): Promise<string> {
    const { data, info } = await sharp(Buffer.from(svg))
      .resize(width)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return decodeQR({ data, width: info.width, height: info.height });
  }

  it.each([150, 296, 1_000])('is read by a camera, %d pixels wide, and tells that it was a QR code', async (width) => {
    const owner = await world.aUser();
    const { status, text } = await qrOf(owner);
    expect(status).toBe(200);
    expect(await read(text, width)).toBe(`https://id.example.org/i/${owner.tokens.user.inviteCode}?via=qr`);
  });

  it('is an image of a size of its own, black on white with a margin, and nothing but that', async () => {
    const { headers, text } = await qrOf(await world.aUser());
    expect(headers.get('content-type')).toMatch(/^image\/svg\+xml\b/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    const [, width, height, size = ''] =
      /^<svg [^>]*width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) \3">/.exec(text) ?? [];
    expect([Number(width), Number(height)]).toEqual([8 * Number(size), 8 * Number(size)]);
    expect(new Set(text.match(/<\/?\w+/g))).toEqual(new Set(['<svg', '<path', '</svg']));
    const { data, info } = await sharp(Buffer.from(text)).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect(new Set(data)).toEqual(new Set([0, 255]));
    const margin = data.subarray(0, 4 * 8 * info.width);
    expect(new Set(margin)).toEqual(new Set([255]));
  });

  it('is for whoever is signed in', async () => {
    expect(await qrOf(world.aVisitor())).toMatchObject({ status: 401, body: { code: 'auth.unauthenticated' } });
  });
});
