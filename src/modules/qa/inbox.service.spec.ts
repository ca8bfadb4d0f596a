import { ServicesWorld } from '../../../test/support/services.js';
import { newSecret } from '../../common/crypto.js';
import type { HttpConfig } from '../../config/config.js';
import { Closing } from '../../platform/closing/closing.js';
import { MessageRenderer } from '../messages/message-renderer.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { OtpService } from '../otp/otp.service.js';
import { InboxKey } from './inbox-key.service.js';
import { InboxRecipients } from './inbox-recipients.js';
import { InboxService } from './inbox.service.js';
import { QaModule } from './qa.module.js';

const STAYS = new AbortController().signal;
const TESTER = '+79990000001';

let world: ServicesWorld;
let inbox: InboxService;
let closing: Closing;

beforeAll(async () => {
  world = await ServicesWorld.start([QaModule]);
});

beforeEach(async () => {
  await world.sql('TRUNCATE messages, outbox');
  closing = new Closing({ drainMs: 0 } as HttpConfig);
  inbox = inboxWith({});
});

afterAll(() => world.close());

/** The inbox of another installation. */
function inboxWith({
  key = world.get(InboxKey),
  recipients = world.get(InboxRecipients),
}: {
  key?: InboxKey;
  recipients?: InboxRecipients;
}): InboxService {
  return new InboxService(
    world.get(MessagesService),
    world.get(MessageRenderer),
    recipients,
    world.get(OtpService),
    key,
    closing,
  );
}

async function aChallenge(phone = world.freshPhone()) {
  const asker = world.anAsker();
  const challenge = await world.get(OtpService).issue('sign_in', { contact: { channel: 'sms', value: phone }, asker });
  return { ...challenge, phone, asker };
}

describe('The message of a challenge', () => {
  it('is shown to whoever holds the challenge, before it is sent', async () => {
    const challenge = await aChallenge();
    await aChallenge();
    expect(await inbox.ofChallenge(challenge.challengeId)).toMatchObject({
      to: challenge.phone,
      code: await world.codeOf(challenge),
      states: [{ state: 'queued' }],
    });
  });

  it('is the newest when it was sent again', async () => {
    const { challengeId, asker } = await aChallenge();
    const first = await inbox.ofChallenge(challengeId);
    await world.clock.advance('61 s');
    await world.get(OtpService).resend(challengeId, asker);
    const second = await inbox.ofChallenge(challengeId);
    expect(second?.id).not.toBe(first?.id);
    expect(second?.code).toBe(await world.codeOf({ challengeId }));
  });

  it('is shown though it was lost', async () => {
    const { challengeId } = await aChallenge();
    await world.sql(`UPDATE messages SET state = 'failed', settled_at = clock_now()`);
    expect((await inbox.ofChallenge(challengeId))?.states.map(({ state }) => state)).toEqual(['queued', 'failed']);
  });

  it('is none for an unknown challenge, and once it is forgotten', async () => {
    const { challengeId, phone } = await aChallenge();
    expect(await inbox.ofChallenge(newSecret())).toBeNull();
    expect(await inbox.ofChallenge('')).toBeNull();
    await world.sql(`UPDATE messages SET state = 'sent', settled_at = clock_now()`);
    await inbox.clear(phone);
    expect(await inbox.ofChallenge(challengeId)).toBeNull();
  });

  it('is none where the inbox needs a key, as it does in production', async () => {
    const { challengeId } = await aChallenge();
    const closed = inboxWith({ key: { needed: true } as InboxKey });
    expect(await closed.ofChallenge(challengeId)).toBeNull();
  });
});

describe('Whoever waits for the inbox to change', () => {
  const settle = (state: string) => world.sql(`UPDATE messages SET state = $1, settled_at = clock_now()`, [state]);
  const waiting = (version: string, seconds = 30, gone = STAYS) => inbox.changesSince(version, seconds, gone);

  it('hears of a message to anybody', async () => {
    expect(await inbox.version()).toBe('');
    const empty = waiting('');
    await aChallenge();
    const first = await empty;
    expect(first).toBe(await inbox.version());
    const another = waiting(first);
    await aChallenge();
    expect(await another).not.toBe(first);
  });

  it('hears how a message fares, until its end', async () => {
    await aChallenge();
    let version = await inbox.version();
    for (const state of ['sending', 'sent', 'delivered']) {
      const next = waiting(version);
      await settle(state);
      const heard = await next;
      expect(heard).not.toBe(version);
      version = heard;
    }
  });

  it('hears that the inbox was emptied', async () => {
    const { phone } = await aChallenge();
    await settle('sent');
    const next = waiting(await inbox.version());
    await inbox.clear(phone);
    expect(await next).toBe('');
  });

  it('is told at once what it has missed, and waits where it has missed nothing', async () => {
    await aChallenge();
    const missed = await waiting('', 0);
    expect(missed).not.toBe('');
    expect(await waiting('an older one', 0)).toBe(missed);
    expect(await waiting(missed, 0)).toBe(missed);
  });

  it('is answered early when it leaves, and when the service ends', async () => {
    const gone = new AbortController();
    const version = await inbox.version();
    const [left, ended] = [waiting(version, 30, gone.signal), waiting(version)];
    gone.abort();
    expect(await left).toBe(version);
    await closing.announce();
    expect(await ended).toBe(version);
  });

  it('waits for thirty seconds at the most', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(30_000);
    const version = await waiting('', 3_600);
    now.mockRestore();
    expect(version).toBe('');
  });
});

describe('In production', () => {
  it('only what was written for test phones changes the inbox', async () => {
    const recipients = { test: true, shown: () => [TESTER] } as unknown as InboxRecipients;
    inbox = inboxWith({ recipients });
    await aChallenge();
    await aChallenge(TESTER);
    expect(await inbox.version()).toBe('');
    await world.sql(`UPDATE messages SET params = params || '{"test": true}'`);
    const version = await inbox.version();
    expect(version).not.toBe('');
    await world.sql(`UPDATE messages SET state = 'sent' WHERE recipient <> $1`, [TESTER]);
    expect(await inbox.version()).toBe(version);
    await world.sql(`UPDATE messages SET state = 'sent' WHERE recipient = $1`, [TESTER]);
    expect(await inbox.version()).not.toBe(version);
  });
});
