import { Injectable } from '@nestjs/common';
import type { LinkVia, SharedInvite } from '../invites/share-links.service.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { ReferralsService } from '../referrals/referrals.service.js';

/** Set by share links too. */
const COOKIE = 'invite';
const REMEMBERED_SECONDS = 30 * 24 * 3_600;

/** The invite code that a browser came with by a share link. Anybody can send it to one, so that pages show it before it counts. */
@Injectable()
export class RememberedInvites {
  constructor(private readonly referrals: ReferralsService) {}

  of({ cookies }: Visit): SharedInvite | undefined {
    const [code, via] = cookies.read(COOKIE)?.split('.') ?? [];
    return this.read(code, via);
  }

  /** Takes what the address says, as a share link makes it; a browser that keeps no cookie by redirects has it nowhere else. */
  take({ cookies }: Visit, { invite, via }: { readonly invite?: string; readonly via?: string }): void {
    const shared = this.read(invite, via);
    if (shared) cookies.write(COOKIE, `${shared.inviteCode}.${shared.via}`, { maxAge: REMEMBERED_SECONDS });
  }

  forget({ cookies }: Visit): void {
    cookies.forget(COOKIE);
  }

  private read(code: string | undefined, via: string | undefined): SharedInvite | undefined {
    const inviteCode = code === undefined ? undefined : this.referrals.read(code);
    return inviteCode === undefined ? undefined : { inviteCode, via: viaOf(via) };
  }
}

const viaOf = (text: string | undefined): LinkVia => (text === 'qr' ? 'qr' : 'link');
