import { PageCookies } from '../../platform/pages/page-cookies.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { type FormFlow, FormFlows } from './form-flows.service.js';
import { RootKey } from '../../platform/root-key/root-key.js';

const FLOW: FormFlow = {
  purpose: 'sign-in',
  challenge: { challengeId: 'kV5x2mJq0uYw7Zr1bT9cGA', channel: 'sms', sentTo: '+7 *** ***-**-89', codeLength: 4 },
  next: '/profile',
};
const flowsOf = (rootKey: string) => new FormFlows(new RootKey(rootKey));

describe('What a browser has begun', () => {
  const flows = flowsOf('a secret of the application, thirty-two');
  let cookie: string;
  /** A browser with that cookie. */
  const visit = (value: string) =>
    ({
      cookies: new PageCookies(`flow=${value}`, false, (sent) => (cookie = /^flow=([^;]*)/.exec(sent)?.[1] ?? '')),
    }) as Visit;

  beforeEach(() => flows.begin(visit(''), FLOW));

  it('is known again by its cookie, in which nothing can be read', () => {
    expect(flows.of(visit(cookie))).toEqual(FLOW);
    const raw = Buffer.from(cookie, 'base64url').toString('latin1') + cookie;
    expect(raw).not.toMatch(/kV5x2mJq|sign-in|profile/);
  });

  it('is nobody’s when a single bit of the cookie is not as it was', () => {
    const sealed = Buffer.from(cookie, 'base64url');
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Buffer.from(sealed);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(flows.of(visit(changed.toString('base64url')))).toBeUndefined();
    }
  });

  it.each(['', 'x', 'eyJwdXJwb3NlIjoic2lnbi1pbiJ9', '%00', 'A'.repeat(4_000)])(
    'is nobody’s when it was made up: %s',
    (value) => {
      expect(flows.of(visit(value))).toBeUndefined();
      expect(flows.of(visit(cookie.slice(0, -4)))).toBeUndefined();
    },
  );

  it('is nobody’s when another secret sealed it', () => {
    expect(flowsOf('another secret of the application, 32').of(visit(cookie))).toBeUndefined();
  });

  it('keeps of a challenge what its page shows, and no more', () => {
    const challenge = { ...FLOW.challenge, resendAt: new Date(), expiresAt: new Date() };
    flows.begin(visit(''), { ...FLOW, challenge });
    expect(flows.of(visit(cookie))).toEqual(FLOW);
  });

  it('is over when it is ended', () => {
    const browser = visit(cookie);
    flows.end(browser);
    expect([cookie, flows.of(browser)]).toEqual(['', undefined]);
  });
});
