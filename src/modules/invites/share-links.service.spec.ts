import decodeQR from 'qr/decode.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { Visits } from '../invite-visits/visits.service.js';
import { InvitesModule } from './invites.module.js';
import { type LinkVia, ShareLinks } from './share-links.service.js';

let world: ServicesWorld;
let links: ShareLinks;

beforeAll(async () => {
  const addresses = {
    PUBLIC_URL: 'https://id.example.com',
    SIGN_IN_URL: 'https://app.example.com/enter?theme=dark#form',
  };
  world = await ServicesWorld.start([InvitesModule], addresses);
  links = world.get(ShareLinks);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => world.close());

async function anOwner() {
  const id = await world.aPerson();
  return { id, code: await world.inviteCodeOf(id) };
}

/** Where a link leads that somebody opens. */
const open = (text: string, via: LinkVia = 'link') => links.open({ text, via, visitor: world.anAsker() });

const opensOf = async (id: string): Promise<number> => {
  await world.get(Visits).beforeApplicationShutdown();
  return world.get(Visits).opensOf(id);
};

const leadsTo = (code: string, via: LinkVia = 'link') =>
  `https://app.example.com/enter?theme=dark&invite=${code}&via=${via}#form`;

interface Bar {
  readonly x: number;
  readonly y: number;
  readonly length: number;
}

/** The size of an SVG in modules, with its margin, and its dark bars. */
function drawingOf(svg: string) {
  const [, size = ''] = /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*viewBox="0 0 (\d+) \1">/.exec(svg) ?? [];
  const [, path = ''] = /<path fill="#000" [^>]*d="([^"]*)"\/><\/svg>$/.exec(svg) ?? [];
  const bars = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)];
  expect(bars.map(([bar]) => bar).join('')).toBe(path);
  return {
    size: Number(size),
    bars: bars.map(([, x, y, length]): Bar => ({ x: Number(x), y: Number(y), length: Number(length) })),
  };
}

/** What a camera reads that is near enough to see every module as 8 by 8 points. */
function read(svg: string): string {
  const { size, bars } = drawingOf(svg);
  const width = 8 * size;
  const data = new Uint8Array(4 * width * width).fill(255);
  const rows = bars.flatMap(({ x, y, length }) =>
    Array.from({ length: 8 }, (_, row) => ({ x, y: 8 * y + row, length })),
  );
  for (const { x, y, length } of rows) data.fill(0, 4 * (y * width + 8 * x), 4 * (y * width + 8 * (x + length)));
  return decodeQR({ data, width, height: width });
}

describe('A share link', () => {
  it('is the public address with the code', () => {
    expect(links.urlOf('K7M2QX')).toBe('https://id.example.com/i/K7M2QX');
  });

  it('is read from its QR code, as one that came by it', () => {
    expect(read(links.qrOf('K7M2QX'))).toBe('https://id.example.com/i/K7M2QX?via=qr');
  });

  it('has a QR code that is an image of its own, black on white, with a margin of four modules', () => {
    const svg = links.qrOf('K7M2QX');
    const { size, bars } = drawingOf(svg);
    expect(svg).toContain(`width="${8 * size}" height="${8 * size}"`);
    expect(svg).toContain(`<path fill="#fff" d="M0 0h${size}v${size}H0z"/>`);
    const [rows, starts, ends] = [
      bars.map(({ y }) => y),
      bars.map(({ x }) => x),
      bars.map(({ x, length }) => x + length),
    ];
    expect([Math.min(...rows), Math.min(...starts)]).toEqual([4, 4]);
    expect([Math.max(...rows) + 1, Math.max(...ends)]).toEqual([size - 4, size - 4]);
  });
});

describe('An opened share link', () => {
  it.each(['link', 'qr'] as const)(
    'leads to the sign-in with the code, which is to be remembered: as %s',
    async (via) => {
      const { code } = await anOwner();
      expect(await open(code, via)).toEqual({ url: leadsTo(code, via), remembered: { inviteCode: code, via } });
    },
  );

  it('leads there with the code as it is stored, however it is written', async () => {
    const { code } = await anOwner();
    const written = ` ${code.toLowerCase()} `;
    expect(await open(written)).toEqual({ url: leadsTo(code), remembered: { inviteCode: code, via: 'link' } });
  });

  it('leads to the same place whether anybody has the code, or nobody', async () => {
    expect(await open('000000')).toEqual({ url: leadsTo('000000'), remembered: { inviteCode: '000000', via: 'link' } });
  });

  it.each(['', '12345', 'K7MUQX', '//example.org', '%00'])('leads to the sign-in alone with %j', async (text) => {
    const noted = jest.spyOn(world.get(Visits), 'note');
    expect(await open(text)).toEqual({ url: 'https://app.example.com/enter?theme=dark#form' });
    expect(noted).not.toHaveBeenCalled();
  });

  it('counts for its owner', async () => {
    const [owner, other] = [await anOwner(), await anOwner()];
    await open(owner.code);
    await open(` ${owner.code.toLowerCase()}`, 'qr');
    expect([await opensOf(owner.id), await opensOf(other.id)]).toEqual([2, 0]);
  });

  it('counts its visitor, and not again', async () => {
    const { id, code } = await anOwner();
    const visitor = world.anAsker();
    for (const via of ['link', 'qr'] as const) await links.open({ text: code, via, visitor });
    expect(await opensOf(id)).toBe(1);
  });

  it('is neither counted nor remembered when nobody looks at it', async () => {
    const { id, code } = await anOwner();
    expect(await links.open({ text: code, via: 'qr' })).toEqual({ url: leadsTo(code, 'qr') });
    expect(await opensOf(id)).toBe(0);
  });
});
