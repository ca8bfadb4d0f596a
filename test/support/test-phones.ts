import type { Overrides } from './app.js';
import type { SmsAeroGateway } from './sms-aero-gateway.js';
import { freshPhone, type Visitor, type World } from './world.js';

/** Somebody who reviews the app for a store, with a phone that is in nobody's pocket. */
export interface Reviewer {
  readonly visitor: Visitor;
  /** The code that always signs them in. */
  readonly code: string;
}

/** Phones with fixed codes, for as many reviewers as a file needs. */
export class TestPhonesOfAFile {
  // Codes that stand nowhere by chance.
  private readonly left = Array.from({ length: 40 }, () => ({
    phone: freshPhone(),
    code: `73${freshPhone().slice(-6)}`,
  }));
  private readonly all = this.left.map(({ phone, code }) => `${phone}:${code}`).join();

  /** The environment of a service that knows them for so long, and sends all else through the gateway. */
  settings(minutes: number, gateway: SmsAeroGateway): Overrides {
    return {
      TEST_PHONES: this.all,
      TEST_PHONES_UNTIL: new Date(Date.now() + minutes * 60_000).toISOString(),
      SMS_PROVIDER: 'sms-aero',
      SMS_AERO_EMAIL: 'ops@example.org',
      SMS_AERO_API_KEY: 'k3y-0f-th3-4cc0unt',
      SMS_AERO_URL: gateway.url,
    };
  }

  /** Somebody with a phone that nobody else in this file has. */
  aReviewer(within: World): Reviewer {
    const one = this.left.pop();
    if (!one) throw new Error('There are no more test phones.');
    return { visitor: within.aVisitor({ phone: one.phone }), code: one.code };
  }
}

/** The code that a text tells. */
export const codeIn = (text = ''): string => /\b\d{4,8}\b/.exec(text)?.[0] ?? '';
