import { Injectable } from '@nestjs/common';
import encodeQR from 'qr';
import { HttpConfig, ReferralsConfig } from '../../config/config.js';
import { type InviteVisitor, Visits } from '../invite-visits/visits.service.js';
import { ReferralsService } from '../referrals/referrals.service.js';

/** Modules of white around a QR code (ISO/IEC 18004 §6.3.8). */
const QUIET_ZONE = 4;
const PIXELS_OF_A_MODULE = 8;

/** How a share link came to whoever opened it. */
export type LinkVia = 'link' | 'qr';

export interface OpenedLink {
  /** What stands in the place of the code. */
  readonly text: string;
  readonly via: LinkVia;
  /** Undefined when nobody looks at it: a program, a prefetch, a frame. */
  readonly visitor?: InviteVisitor;
}

export interface SharedInvite {
  readonly inviteCode: string;
  readonly via: LinkVia;
}

/** Where an opened link leads. */
export interface Destination {
  readonly url: string;
  /** What the browser is to remember. */
  readonly remembered?: SharedInvite;
}

/** Share links: the addresses that people give to others. */
@Injectable()
export class ShareLinks {
  constructor(
    private readonly referrals: ReferralsService,
    private readonly visits: Visits,
    private readonly http: HttpConfig,
    private readonly config: ReferralsConfig,
  ) {}

  /** The share link of an invite code. */
  urlOf(inviteCode: string): string {
    return `${this.http.publicUrl}/i/${inviteCode}`;
  }

  /** The share link as a QR code: an SVG of its own, black on white. Opens by it can be told from those of the plain link. */
  qrOf(inviteCode: string): string {
    return svgOf(encodeQR(`${this.urlOf(inviteCode)}?via=qr`, 'raw', { ecc: 'medium', border: QUIET_ZONE }));
  }

  /** Counts an open, and tells where it leads. That is the same whether anybody has the code, had it, or never will. */
  async open({ text, via, visitor }: OpenedLink): Promise<Destination> {
    const inviteCode = this.referrals.read(text);
    if (inviteCode === undefined) return { url: this.config.signInUrl };
    const url = this.signInUrl({ inviteCode, via });
    if (!visitor) return { url };
    await this.visits.note(inviteCode, visitor);
    return { url, remembered: { inviteCode, via } };
  }

  private signInUrl({ inviteCode, via }: SharedInvite): string {
    const url = new URL(this.config.signInUrl);
    url.searchParams.set('invite', inviteCode);
    url.searchParams.set('via', via);
    return url.href;
  }
}

/** @param rows whether each module is dark */
function svgOf(rows: readonly (readonly boolean[])[]): string {
  const { length: size } = rows;
  const pixels = size * PIXELS_OF_A_MODULE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels}" height="${pixels}" viewBox="0 0 ${size} ${size}">`,
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/>`,
    `<path fill="#000" shape-rendering="crispEdges" d="${rows.map(barsOf).join('')}"/>`,
    '</svg>',
  ].join('');
}

/** The dark modules of a row, as bars. */
function barsOf(row: readonly boolean[], y: number): string {
  const text = row.map((dark) => (dark ? '#' : ' ')).join('');
  return [...text.matchAll(/#+/g)].map(({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`).join('');
}
