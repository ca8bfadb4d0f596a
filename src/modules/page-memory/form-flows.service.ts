import { Injectable } from '@nestjs/common';
import { seal, unseal } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import type { Challenge } from '../otp/otp.service.js';
import type { Visit } from '../page-access/page-visits.service.js';

const COOKIE = 'flow';
/** As long as a challenge can live. */
const LIFE_SECONDS = 600;

/** What a page has begun and the next one ends: a challenge, and what its code is for. */
export interface FormFlow {
  readonly purpose: 'sign-in' | 'reset' | 'contact';
  readonly challenge: Pick<Challenge, 'challengeId' | 'channel' | 'sentTo' | 'codeLength'>;
  /** The path to go to afterwards. */
  readonly next?: string;
  /** After a wrong code. */
  readonly attemptsLeft?: number;
}

/**
 * Keeps what a browser has begun, with the browser: a challenge's id is a secret that stands in no address and no page. Sealed, so
 * that nothing can be made up and shown, nor what somebody has begun be shown to whoever signs in there next.
 */
@Injectable()
export class FormFlows {
  private readonly key: Buffer;

  constructor(root: RootKey) {
    this.key = root.derive('page flows');
  }

  begin(visit: Visit, { challenge, ...flow }: FormFlow): void {
    const { challengeId, channel, sentTo, codeLength } = challenge;
    const kept: FormFlow = { ...flow, challenge: { challengeId, channel, sentTo, codeLength } };
    const sealed = seal(this.key, JSON.stringify(kept), contextOf(visit));
    visit.cookies.write(COOKIE, sealed.toString('base64url'), { maxAge: LIFE_SECONDS });
  }

  of(visit: Visit): FormFlow | undefined {
    const sealed = visit.cookies.read(COOKIE);
    if (!sealed) return undefined;
    try {
      return JSON.parse(unseal(this.key, Buffer.from(sealed, 'base64url'), contextOf(visit))) as FormFlow;
    } catch {
      // Of somebody else or another secret, or made up.
      return undefined;
    }
  }

  end({ cookies }: Visit): void {
    cookies.forget(COOKIE);
  }
}

const contextOf = ({ principal }: Visit): string => `${COOKIE} ${principal?.person.id ?? ''}`;
