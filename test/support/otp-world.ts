import { hashOfSecret } from '../../src/common/crypto.js';
import type { AppConfig, HttpConfig, OtpConfig } from '../../src/config/config.js';
import type { Message } from '../../src/modules/messages/message.entity.js';
import { MessageRenderer } from '../../src/modules/messages/message-renderer.service.js';
import { MessagesService } from '../../src/modules/messages/messages.service.js';
import { OtpCodes } from '../../src/modules/otp/otp-codes.js';
import { OtpLimits } from '../../src/modules/otp/otp-limits.service.js';
import { CONSUME_CODE, OtpVerifier, type RightCode } from '../../src/modules/otp/otp-verifier.service.js';
import { type Challenge, OtpService } from '../../src/modules/otp/otp.service.js';
import type { Notifications } from '../../src/platform/database/notifications.js';
import { compose } from '../../src/platform/database/statement.js';
import { RateLimiter } from '../../src/platform/rate-limit/rate-limiter.js';
import type { StoredWorld } from './stored.js';

const SECRET = { appSecret: 'a secret of the application, thirty-two' };
const OTP: OtpConfig = { smsLength: 4, emailLength: 6 };
const APP: AppConfig = { production: false, productName: 'Latchkey', logLevel: 'info', hostsWorker: false };
const HTTP: HttpConfig = {
  host: '127.0.0.1',
  port: 3_000,
  publicUrl: 'https://id.example.org',
  corsOrigins: [],
  trustedProxies: [],
};

const CONSUME = compose<{ charges: Buffer[] }>('test.consume', [CONSUME_CODE], 'SELECT charges FROM proven');

let people = 0;

/** A contact and a network that nobody else in this file has. */
export function somebody() {
  people += 1;
  const number = String(people).padStart(4, '0');
  return {
    contact: { channel: 'sms', value: `+7912000${number}` },
    asker: { network: `100.64.${people}.0/24`, locale: 'en' },
  } as const;
}

/** One-time codes as the rest of the program asks for them, on a database of their own; no courier carries the messages. */
export interface OtpWorld extends StoredWorld {
  readonly otp: OtpService;
  readonly limits: OtpLimits;
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

/** Makes the services anew, as a process that starts. */
export function otpWorldOn(stored: StoredWorld): OtpWorld {
  const { database, sql } = stored;
  const codes = new OtpCodes(SECRET);
  const limits = new OtpLimits(new RateLimiter(database, SECRET), database, SECRET);
  const renderer = new MessageRenderer(APP, HTTP);
  const notifications = { notify: () => (world.woken += 1) } as unknown as Notifications;
  const messages = new MessagesService(database, notifications);
  const otp = new OtpService(database, messages, renderer, limits, codes, OTP);
  otp.onModuleInit();

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
    verifier: new OtpVerifier(database, limits, codes),
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
