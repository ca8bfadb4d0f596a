import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { keyedHash, sameText } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { QaConfig } from '../../config/config.js';
import { type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { InboxKey } from '../qa/inbox-key.service.js';
import { InboxClosed, InboxTokenWrong } from './inbox-pages.errors.js';

const COOKIE = 'inbox';
const OPEN_SECONDS = 12 * 3_600;

/**
 * Remembers which browsers have shown the token of the inbox, where it needs one: by a hash of it that only we can make, and that ends
 * with its time or with the token.
 */
@Injectable()
export class InboxDoor {
  private readonly secret: Buffer;

  constructor(
    private readonly key: InboxKey,
    private readonly qa: QaConfig,
    private readonly clock: Clock,
    root: RootKey,
  ) {
    this.secret = root.derive('inbox page');
  }

  isOpenTo({ cookies }: Visit): boolean {
    if (!this.key.needed) return true;
    const [until = '', hash = ''] = cookies.read(COOKIE)?.split('.') ?? [];
    return Number(until) > this.now() && sameText(hash, this.hashOf(until));
  }

  /** @throws InboxClosed */
  ensureOpenTo(visit: Visit): void {
    if (!this.isOpenTo(visit)) throw new InboxClosed();
  }

  /** @throws InboxTokenWrong */
  open(token: string, { cookies }: Visit): PageAnswer {
    if (!this.key.opens(token)) throw new InboxTokenWrong();
    const until = String(this.now() + OPEN_SECONDS);
    cookies.write(COOKIE, `${until}.${this.hashOf(until)}`, { maxAge: OPEN_SECONDS });
    return new PageRedirect('/inbox');
  }

  private hashOf(until: string): string {
    return keyedHash(this.secret, this.qa.token ?? '', until).toString('base64url');
  }

  private now(): number {
    return Math.floor(this.clock.now().getTime() / 1_000);
  }
}
