import { ServicesWorld } from '../../../test/support/services.js';
import { newSecret } from '../../common/crypto.js';
import { MessageRenderer } from '../messages/message-renderer.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { OtpService } from '../otp/otp.service.js';
import { InboxKey } from './inbox-key.service.js';
import { InboxRecipients } from './inbox-recipients.js';
import { InboxService } from './inbox.service.js';
import { QaModule } from './qa.module.js';

let world: ServicesWorld;
let inbox: InboxService;

beforeAll(async () => {
  world = await ServicesWorld.start([QaModule]);
});

beforeEach(async () => {
  await world.sql('TRUNCATE messages, outbox');
  inbox = inboxWith({});
});

afterAll(() => world.close());

/** The inbox of another installation. */
function inboxWith({ key = world.get(InboxKey) }): InboxService {
  return new InboxService(
    world.get(MessagesService),
    world.get(MessageRenderer),
    world.get(InboxRecipients),
    world.get(OtpService),
    key,
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
