import '../../support/typescript.mjs';
import fc from 'fast-check';

const { packedText, photo, plain, pngOf } = await import('../../support/pictures.ts');

const BOUNDARY = 'a-boundary';

const good = await Promise.all([
  plain(8, 8).png().toBuffer(),
  plain(300, 200).jpeg().toBuffer(),
  plain(1, 1).webp().toBuffer(),
  photo(),
]);

/** Files: those that are taken, and those that are no pictures, or say that they are larger than they are. */
export const pictures = {
  good,
  bad: [
    ...good.map((file) => file.subarray(0, Math.floor(file.length / 2))),
    ...good.map((file) => Buffer.concat([file.subarray(0, 60), Buffer.from('junk'), file.subarray(60)])),
    pngOf([1, 1]),
    pngOf([6_000, 5_000]),
    pngOf([2 ** 31 - 1, 2 ** 31 - 1]),
    pngOf([0, 0]),
    pngOf([5_000, 5_000], Buffer.alloc(5_000 * 20_001)),
    pngOf([2, 2], Buffer.alloc(18), packedText(20_000_000)),
    await plain(9, 9).gif().toBuffer(),
    await plain(9, 9).tiff().toBuffer(),
    await plain(9, 9).avif().toBuffer(),
    await plain(6_000, 5_000).png().toBuffer(),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    Buffer.from('GIF89a'),
    Buffer.from('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>'),
    Buffer.alloc(0),
    Buffer.alloc(1_000),
  ],
};

/** A form of these parts, `{ name, file, type, content }`: a body and its type. */
export const formOf = (parts, boundary = BOUNDARY) => ({
  type: `multipart/form-data; boundary=${boundary}`,
  bytes: Buffer.concat([...parts.map((part) => partOf(part, boundary)), Buffer.from(`--${boundary}--\r\n`)]),
});

function partOf({ name, file, type, content }, boundary) {
  const disposition = `form-data; name="${name}"${file === undefined ? '' : `; filename="${file}"`}`;
  const head = `--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n')]);
}

const PICTURE = { name: 'avatar', file: 'a.png', type: 'image/png', content: good[0] };

/** Forms that are not what is asked for. */
const FORMS = {
  'another field': [{ ...PICTURE, name: 'picture' }],
  'a field without a name': [{ ...PICTURE, name: '' }],
  'a field with the name __proto__': [{ ...PICTURE, name: '__proto__' }],
  'a name of 5 000 characters': [{ ...PICTURE, name: 'x'.repeat(5_000) }],
  'a file name of 5 000 characters': [{ ...PICTURE, file: 'x'.repeat(5_000) }],
  'a file name that leads elsewhere': [{ ...PICTURE, file: '../../etc/passwd\0' }],
  'a file that is a text': [{ ...PICTURE, file: undefined, type: undefined }],
  'two files': [PICTURE, PICTURE],
  'thirty files': Array.from({ length: 30 }, () => PICTURE),
  'a text first': [{ name: 'a', content: Buffer.from('b') }, PICTURE],
  'a text behind': [PICTURE, { name: 'a', content: Buffer.from('b') }],
  'no part': [],
  'a type of another kind': [{ ...PICTURE, type: 'text/html' }],
  'a type of 5 000 characters': [{ ...PICTURE, type: 'x'.repeat(5_000) }],
  '5 MB and a byte': [{ ...PICTURE, content: Buffer.concat([good[0], Buffer.alloc(5 * 1024 * 1024)]) }],
  '6 MB': [{ ...PICTURE, content: Buffer.alloc(6 * 1024 * 1024) }],
};

const BROKEN = {
  'another boundary': (body) => Buffer.from(body.toString('latin1').replaceAll(BOUNDARY, 'none'), 'latin1'),
  'no end of the form': (body) => body.subarray(0, body.lastIndexOf('--a-boundary--')),
  'a form that stops in a head': (body) => body.subarray(0, 50),
  'bare line feeds': (body) => Buffer.from(body.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  'a preamble': (body) => Buffer.concat([Buffer.from('before\r\n'), body]),
  'an epilogue': (body) => Buffer.concat([body, Buffer.from('behind')]),
  'a thousand heads': (body) =>
    Buffer.from(body.toString('latin1').replace('\r\n\r\n', `\r\n${'X: y\r\n'.repeat(1_000)}\r\n`), 'latin1'),
  'a head without a colon': (body) =>
    Buffer.from(body.toString('latin1').replace('Content-Type: ', 'Content-Type '), 'latin1'),
};

const change = (what, to) => ({ what, to, toString: () => what });

/** Changes of a form with a picture. */
export const formChanges = [
  {
    weight: 6,
    arbitrary: fc
      .nat(pictures.bad.length - 1)
      .map((nth) =>
        change(`the bad picture ${nth}`, (draft) =>
          Object.assign(draft, formOf([{ ...PICTURE, content: pictures.bad[nth] }])),
        ),
      ),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...Object.keys(FORMS))
      .map((name) => change(name, (draft) => Object.assign(draft, formOf(FORMS[name])))),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...Object.keys(BROKEN))
      .map((name) => change(name, (draft) => void draft.reworks.push(BROKEN[name]))),
  },
];
