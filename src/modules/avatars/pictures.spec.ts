import sharp from 'sharp';
import { packedText, photo, plain, pngOf } from '../../../test/support/pictures.js';
import { toAvatar } from './pictures.js';

const kinds = {
  png: () => plain(300, 200).png().toBuffer(),
  jpeg: () => plain(300, 200).jpeg().toBuffer(),
  webp: () => plain(300, 200).webp().toBuffer(),
};
const eachKind = Object.entries(kinds);

const codeOf = (file: Buffer): Promise<string> =>
  toAvatar(file).then(
    () => 'taken',
    (error: unknown) => (error as Error).message,
  );

async function pixel(image: Buffer, left: number, top: number): Promise<number[]> {
  const raw = await sharp(image).removeAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer();
  return [...raw].map((channel) => Math.round(channel / 64));
}

describe('A picture made into an avatar', () => {
  it.each(eachKind)('is WebP of 256 × 256, made from %s', async (_, make) => {
    const { format, width, height } = await sharp(await toAvatar(await make())).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: 256, height: 256 });
  });

  it.each([
    ['one pixel', 1, 1],
    ['a line', 5_000, 1],
    ['25 megapixels', 5_000, 5_000],
  ])('may be %s', async (_, width, height) => {
    expect(await sharp(await toAvatar(await plain(width, height).png().toBuffer())).metadata()).toMatchObject({
      width: 256,
      height: 256,
    });
  });

  it('stands upright, and shows its middle', async () => {
    const avatar = await toAvatar(await photo());
    expect(await pixel(avatar, 128, 30)).toEqual([4, 0, 0]);
    expect(await pixel(avatar, 128, 226)).toEqual([0, 0, 4]);
  });

  it('tells nothing of its camera, its author and its place', async () => {
    const before = await photo();
    expect((await sharp(before).metadata()).exif?.toString('latin1')).toContain('Anna Ivanova');
    const avatar = await toAvatar(before);
    const { exif, xmp, iptc, icc, orientation } = await sharp(avatar).metadata();
    expect({ exif, xmp, iptc, icc, orientation }).toEqual({});
    expect(avatar.toString('latin1')).not.toMatch(/Anna|EXIF|XMP|ICCP/);
  });

  it('is the first picture of an animation', async () => {
    const frames = await Promise.all(['#ff0000', '#0000ff'].map((colour) => plain(64, 64, colour).png().toBuffer()));
    const animation = await sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer();
    expect((await sharp(animation).metadata()).pages).toBe(2);
    const avatar = await toAvatar(animation);
    expect((await sharp(avatar).metadata()).pages).toBeUndefined();
    expect(await pixel(avatar, 128, 128)).toEqual([4, 0, 0]);
  });

  it('may hold the oddities that cameras write', async () => {
    const file = await kinds.jpeg();
    const odd = Buffer.concat([file.subarray(0, 20), Buffer.alloc(20, 7), file.subarray(20)]);
    expect(await codeOf(odd)).toBe('taken');
  });

  it('keeps what is transparent', async () => {
    const avatar = await toAvatar(await plain(10, 10, '#00000000').png().toBuffer());
    expect((await sharp(avatar).metadata()).hasAlpha).toBe(true);
  });
});

describe('What is no PNG, JPEG or WebP', () => {
  it.each([
    ['nothing', () => Buffer.alloc(0)],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['SVG with a declaration', () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HTML', () => Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['PDF', () => Buffer.from('%PDF-1.7\n')],
    ['a zip', () => Buffer.from('PK\x03\x04')],
    ['half a beginning', () => Buffer.from('RIFF\0\0\0\0WEB')],
    ['a sound', () => Buffer.from('RIFF\0\0\0\0WAVEfmt ')],
    ['GIF', () => plain(9, 9).gif().toBuffer()],
    ['TIFF', () => plain(9, 9).tiff().toBuffer()],
    ['AVIF', () => plain(9, 9).avif().toBuffer()],
  ])('is refused: %s', async (_, make) => {
    expect(await codeOf(await make())).toBe('avatars.type_unsupported');
  });

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['a path', '/etc/hostname'],
  ])('could not be read by libvips either: %s', async (_, text) => {
    await expect(sharp(Buffer.from(text)).toBuffer()).rejects.toThrow(/unsupported/);
    await expect(sharp(await plain(9, 9).gif().toBuffer()).toBuffer()).rejects.toThrow(/unsupported/);
  });
});

describe('A damaged picture', () => {
  it.each(eachKind)('is refused when its end is missing: %s', async (_, make) => {
    const file = await make();
    expect(await codeOf(file.subarray(0, file.length - 20))).toBe('avatars.picture_unreadable');
    expect(await codeOf(file.subarray(0, 14))).toBe('avatars.picture_unreadable');
  });

  it.each([
    ['PNG', '\x89PNG\r\n\x1a\n'],
    ['JPEG', '\xff\xd8\xff'],
    ['WebP', 'RIFF\x20\0\0\0WEBP'],
  ])('is refused when only its beginning is one: %s', async (_, beginning) => {
    const page = Buffer.concat([Buffer.from(beginning, 'latin1'), Buffer.from('<script>alert(1)</script>'.repeat(9))]);
    expect(await codeOf(page)).toBe('avatars.picture_unreadable');
  });

  it('is refused when most of its pixels are missing', async () => {
    expect(await codeOf(pngOf([4_000, 4_000]))).toBe('avatars.picture_unreadable');
  });
});

describe('A picture that is too much', () => {
  const bombs = () => [
    pngOf([30_000, 30_000]),
    pngOf([0x7fffffff, 0x7fffffff]),
    pngOf([1_000_000, 26]),
    pngOf([4_000, 4_000], Buffer.alloc(64_000_000)),
    pngOf([100, 100], Buffer.alloc(40_100), packedText(100_000_000)),
  ];

  it.each([
    [5_001, 5_000],
    [30_000, 30_000],
    [1_000_000, 26],
  ])('has more than 25 megapixels: %i × %i', async (width, height) => {
    expect(await codeOf(pngOf([width, height]))).toBe('avatars.too_many_pixels');
  });

  it('takes no memory for it, one after the other or all at once', async () => {
    const worst = [...bombs(), await plain(5_000, 5_000).png({ progressive: true }).toBuffer()];
    for (const file of worst) await codeOf(file);
    const before = process.memoryUsage.rss();
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
    for (let round = 0; round < 2; round += 1) {
      for (const file of worst) await codeOf(file);
      await Promise.all(worst.map(codeOf));
    }
    clearInterval(watch);
    // Two at once, 100 MB each, and what the allocator keeps.
    expect(peak - before).toBeLessThan(400_000_000);
  }, 60_000);

  it('waits for its turn only in a short line', async () => {
    const file = await plain(4_500, 4_500).png().toBuffer();
    const answers = await Promise.all(Array.from({ length: 100 }, () => codeOf(file)));
    expect([...new Set(answers)].sort()).toEqual(['avatars.busy', 'taken']);
  });
});
