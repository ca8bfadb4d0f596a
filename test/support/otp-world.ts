import { APP_CONFIG } from './app-config.js';
import { hashOfSecret } from '../../src/common/crypto.js';
import { RootKey } from '../../src/platform/root-key/root-key.js';
import type { HttpConfig, OtpConfig, SmsConfig, EmailConfig } from '../../src/config/config.js';
import { limitsConfig } from '../../src/config/limits.config.js';
import { type LimitValues, USUAL_LIMITS } from '../../src/config/limits.js';
import type { Message } from '../../src/modules/messages/message.entity.js';
import { MessageRenderer } from '../../src/modules/messages/message-renderer.service.js';
import { MessagesService } from '../../src/modules/messages/messages.service.js';
import { Challenges } from '../../src/modules/challenges/challenges.service.js';
import { NumberBlocks } from '../../src/modules/number-blocks/number-blocks.service.js';
import { OtpCharges } from '../../src/modules/otp-guard/otp-charges.service.js';
import { OtpLimits } from '../../src/modules/otp-guard/otp-limits.service.js';
import { OtpWatch } from '../../src/modules/otp-guard/otp-watch.service.js';
import { SmsBudget } from '../../src/modules/sms-budget/sms-budget.service.js';
import { Metrics } from '../../src/platform/observability/metrics.js';
import { OtpCodes } from '../../src/modules/otp/otp-codes.js';
import { CONSUME_CODE, OtpVerifier, type RightCode } from '../../src/modules/otp/otp-verifier.service.js';
import { OtpModule } from '../../src/modules/otp/otp.module.js';
import { ChallengeWriter } from '../../src/modules/otp/challenge-writer.js';
import { type Challenge, OtpService } from '../../src/modules/otp/otp.service.js';
import { TestPhones } from '../../src/modules/test-phones/test-phones.service.js';
import type { UsersService } from '../../src/modules/users/users.service.js';
import { Events } from '../../src/platform/events/events.js';
import type { Notifications } from '../../src/platform/database/notifications.js';
import { compose } from '../../src/platform/database/statement.js';
import { RateLimiter } from '../../src/platform/rate-limit/rate-limiter.js';
import { releasedContacts } from './retention.js';
import type { StoredWorld } from './stored.js';

const ROOT = new RootKey('a secret of the application, thirty-two');
const TEST_PHONES = { codes: new Map() };
const SMS = { provider: 'sms-aero', regions: ['RU'] } as unknown as SmsConfig;
const EMAIL = { provider: 'smtp' } as EmailConfig;
const OTP: OtpConfig = { smsLength: 4, emailLength: 6 };
const HTTP: HttpConfig = {
  host: '127.0.0.1',
  port: 3_000,
  publicUrl: 'https://id.example.org',
  corsOrigins: [],
  trustedProxies: [],
  drainMs: 0,
};

const CONSUME = compose<{ charges: Buffer[] }>('test.consume', [CONSUME_CODE], 'SELECT charges FROM proven');

let people = 0;
/** Neighbours are in different number blocks. */
const BETWEEN_BLOCKS = 10_007;

/** A contact, in a number block of its own, and a network that nobody else in this file has. */
export function somebody() {
  people += 1;
  const number = String(people * BETWEEN_BLOCKS).padStart(9, '0');
  return {
    contact: { channel: 'sms', value: `+79${number}` },
    asker: { network: `100.64.${people}.0/24`, locale: 'en' },
  } as const;
}

/** One-time codes as the rest of the program asks for them, on a database of their own; no courier carries the messages. */
export interface OtpWorld extends StoredWorld {
  readonly otp: OtpService;
  readonly limits: OtpLimits;
  readonly charges: OtpCharges;
  readonly budget: SmsBudget;
  readonly events: Events;
  readonly watch: OtpWatch;
  readonly verifier: OtpVerifier;
  /** How often the courier was woken. */
  woken: number;
  /** The message that a challenge sent last. */
  messageOf(challenge: Challenge): Promise<Message>;
  /** The code in that message. */
  codeOf(challenge: Challenge): Promise<string>;
  /** Says what became of that message. */
  settle(challenge: Challenge, state: string): Promise<void>;
  /** Uses a code as a sign-in does; undefined when somebody else was faster. */
  use(code: RightCode): Promise<Buffer[] | undefined>;
}

/** Makes the services anew, as a process that starts. @param changed limits that are not the usual ones */
export function otpWorldOn(stored: StoredWorld, changed: Partial<LimitValues> = {}): OtpWorld {
  const { database, sql } = stored;
  const testPhones = new TestPhones(TEST_PHONES, database, {} as UsersService);
  const codes = new OtpCodes(ROOT, TEST_PHONES);
  const bounds = limitsConfig({ ...USUAL_LIMITS, ...changed });
  const events = new Events();
  const limiter = new RateLimiter(database, ROOT);
  const challenges = new Challenges(database, bounds);
  const budget = new SmsBudget(database, events, bounds);
  const watch = new OtpWatch(
    new Metrics(),
    new NumberBlocks(database, challenges, bounds),
    budget,
    limiter,
    SMS,
    EMAIL,
  );
  const limits = new OtpLimits(limiter, database, watch, ROOT);
  const charges = new OtpCharges(limiter, database, limits, challenges, watch, bounds);
  const renderer = new MessageRenderer(APP_CONFIG, HTTP);
  const notifications = { notify: () => (world.woken += 1) } as unknown as Notifications;
  const messages = new MessagesService(database, notifications);
  const released = releasedContacts(database, events, ROOT);
  const writer = new ChallengeWriter(database, messages, charges, released, OTP, bounds);
  const otp = new OtpService(database, messages, writer, testPhones, bounds);
  new OtpModule(renderer, codes).onModuleInit();

  const messageOf = async ({ challengeId }: Challenge): Promise<Message> => {
    const [message] = await sql<Message>(
      `SELECT messages.*, messages.expires_at AS "expiresAt" FROM messages
       JOIN otp_challenges ON message_id = messages.id WHERE otp_challenges.id = $1`,
      [hashOfSecret(challengeId)],
    );
    if (!message) throw new Error('The challenge has no message.');
    return message;
  };
  const world: OtpWorld = {
    ...stored,
    otp,
    limits,
    charges,
    budget,
    events,
    watch,
    verifier: new OtpVerifier(database, limits, codes, testPhones, bounds),
    woken: 0,
    messageOf,
    codeOf: async (challenge) => renderer.render(await messageOf(challenge)).code ?? '',
    settle: async (challenge, state) => {
      await sql('UPDATE messages SET state = $2 WHERE id = $1', [(await messageOf(challenge)).id, state]);
    },
    use: async (code) => (await database.first(CONSUME, world.verifier.consumption(code)))?.charges,
  };
  return world;
}

/** A moment in seconds after another. */
export const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1_000;
