import type { Sharp, SharpOptions } from 'sharp';
import { lazily } from '../../common/loading/lazily.js';
import { BoundedQueue } from '../../platform/bounded-queue/bounded-queue.js';
import { PicturesBusy, PictureTypeUnsupported, PictureUnreadable, TooManyPixels } from './avatars.errors.js';

const SIDE = 256;
const MAX_PIXELS = 25_000_000;
const TIMEOUT_SECONDS = 5;

/** What a file of each kind begins with: libvips is shown nothing else. */
const KINDS = [/^\x89PNG\r\n\x1a\n/, /^\xff\xd8\xff/, /^RIFF[^]{4}WEBP/];
const LONGEST_BEGINNING = 12;

/**
 * `pages`: of an animation the first picture. `failOn`: half a picture is refused, while a camera's oddities pass.
 * `sequentialRead`: rows are read as they are needed, so most pictures never stand in memory whole.
 */
const READING: SharpOptions = { pages: 1, failOn: 'error', sequentialRead: true, limitInputPixels: MAX_PIXELS };

/** Loaded with the first picture, because most starts and most memory are better off without it. */
const library = lazily(async () => {
  const { default: sharp } = await import('sharp');
  // Of libvips, only what is needed: these three readers, one thread for a picture, and nothing kept between pictures.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
  });
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
});

/** The worst picture within the limits takes 0.3 s and 100 MB: two at once leave room for everything else. */
export const PICTURES = new BoundedQueue(
  { parallelism: 2, longestWaitMs: 2_000, typicalMs: 100 },
  () => new PicturesBusy(),
);

/**
 * A picture of anybody's as an avatar: WebP, 256 × 256, upright, its middle; without metadata, so without the place where it
 * was taken. Refuses what is no PNG, JPEG or WebP, is damaged or has more than 25 megapixels; throws `PicturesBusy` when too
 * many others are being made.
 */
export async function toAvatar(file: Buffer): Promise<Buffer> {
  const beginning = file.toString('latin1', 0, LONGEST_BEGINNING);
  if (!KINDS.some((kind) => kind.test(beginning))) throw new PictureTypeUnsupported();
  return PICTURES.run(async () => {
    const sharp = await library();
    return readable(async () => {
      await refuseHuge(sharp(file, { ...READING, limitInputPixels: false }));
      return sharp(file, READING)
        .autoOrient()
        .resize(SIDE, SIDE, { fit: 'cover' })
        .timeout({ seconds: TIMEOUT_SECONDS })
        .webp()
        .toBuffer();
    });
  });
}

/** By what the file says of itself, before any pixel is read. */
async function refuseHuge(picture: Sharp): Promise<void> {
  const { width, height } = await picture.metadata();
  if (width * height > MAX_PIXELS) throw new TooManyPixels();
}

async function readable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof TooManyPixels ? error : new PictureUnreadable({ cause: error });
  }
}
