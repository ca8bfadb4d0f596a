import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const RGBA_8_BIT = [8, 6, 0, 0, 0];

/** A picture of one colour. */
export const plain = (width: number, height: number, background = '#c86432'): Sharp =>
  sharp({ create: { width, height, channels: 4, background } });

/** A JPEG as a phone writes it: stored lying, with its orientation and the place where it was taken. Upright, red is above blue. */
export async function photo(): Promise<Buffer> {
  const red = { create: { width: 300, height: 400, channels: 3, background: '#ff0000' } } as const;
  const stored = sharp({ create: { width: 600, height: 400, channels: 3, background: '#0000ff' } })
    .composite([{ input: red, left: 0, top: 0 }])
    .jpeg();
  return stored
    .withExif({ IFD0: { Copyright: 'Anna Ivanova' }, IFD3: { GPSLatitude: '55/1 47/1 0/1', GPSLatitudeRef: 'N' } })
    .withMetadata({ orientation: 6 })
    .toBuffer();
}

/** A PNG that says it is of this size; `pixels` is what stands in its place, `extra` a chunk before that. */
export function pngOf(
  size: readonly [number, number],
  pixels: Buffer = Buffer.alloc(1_000),
  extra: Buffer = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size[0], 0);
  header.writeUInt32BE(size[1], 4);
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', Buffer.concat([header, Buffer.from(RGBA_8_BIT)])),
    extra,
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Text that is a thousand times as long once it is unpacked. */
export const packedText = (bytes: number): Buffer =>
  chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(bytes))]));

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
