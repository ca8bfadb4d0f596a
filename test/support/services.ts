import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Pool } from 'pg';
import { Clock } from '../../src/common/clock.js';
import { hashOfSecret, newId } from '../../src/common/crypto.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/env.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { EventsModule } from '../../src/platform/events/events.module.js';
import { IdempotencyModule } from '../../src/platform/idempotency/idempotency.module.js';
import { MetricsModule } from '../../src/platform/observability/observability.module.js';
import { JsonLogger } from '../../src/platform/observability/logger.js';
import { RateLimitModule } from '../../src/platform/rate-limit/rate-limit.module.js';
import { RetentionModule } from '../../src/platform/retention/retention.module.js';
import { RootKeyModule } from '../../src/platform/root-key/root-key.module.js';
import { newInviteCode } from '../../src/modules/referrals/invite-code.js';
import type { Message } from '../../src/modules/messages/message.entity.js';
import { MessageRenderer } from '../../src/modules/messages/message-renderer.service.js';
import type { Person } from '../../src/modules/users/users.service.js';
import { TestClock } from './clock.js';
import { adminPool, createTestDatabase } from './database.js';

const ENVIRONMENT = { NODE_ENV: 'test', APP_SECRET: 'a7Vq2Lw9Zk4Xs1Rt6Np3Mc8Yb5Hd0Jf7Gu2', DATABASE_POOL: '4' };

type Columns = Partial<
  Pick<Person, 'phone' | 'email' | 'username' | 'firstName' | 'lastName' | 'role' | 'status' | 'isTest'>
>;

export interface WrittenEntry {
  readonly action: string;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  readonly address: string | null;
  readonly details: object;
}

/**
 * Some modules of the application with a database of their own, and without HTTP: for rules of services that are little but the
 * order of what others do. Nobody carries messages.
 */
export class ServicesWorld {
  private people = 0;

  private constructor(
    /** The service of a class. */
    readonly get: <Service>(type: Type<Service>) => Service,
    readonly clock: TestClock,
    private readonly admin: Pool,
    readonly close: () => Promise<void>,
  ) {}

  /** @param overrides environment variables beside those that tests need */
  static async start(modules: Type[], overrides: Readonly<Record<string, string>> = {}): Promise<ServicesWorld> {
    const { url, drop } = await createTestDatabase();
    const admin = adminPool(url);
    const clock = new TestClock(admin);
    const config = loadConfig({ ...ENVIRONMENT, DATABASE_URL: url, ...overrides });
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.for(config),
        MetricsModule,
        DatabaseModule,
        RootKeyModule,
        ClockModule,
        EventsModule,
        RetentionModule,
        RateLimitModule,
        IdempotencyModule,
        ...modules,
      ],
    })
      .setLogger(new JsonLogger('silent'))
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    await module.init();
    const close = async () => {
      await module.close();
      await admin.end();
      await drop();
    };
    return new ServicesWorld((type) => module.get(type, { strict: false }), clock, admin, close);
  }

  /** Asks the database past the services. */
  async sql<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.admin.query(text, [...values])).rows as Row[];
  }

  freshPhone(): string {
    this.people += 1;
    // Neighbours are in different number blocks.
    return `+79${String(this.people * 10_007).padStart(9, '0')}`;
  }

  freshEmail(): string {
    this.people += 1;
    return `ann${this.people}@example.org`;
  }

  /** A browser in a network of its own. */
  anAsker() {
    this.people += 1;
    const [network, userAgent] = [`100.64.${this.people}`, 'a browser'];
    return { address: `${network}.7`, network: `${network}.0/24`, locale: 'en', userAgent } as const;
  }

  /** The code that a challenge sent last. */
  async codeOf({ challengeId }: { challengeId: string }): Promise<string> {
    const [message] = await this.sql<Message>(
      `SELECT messages.*, messages.expires_at AS "expiresAt" FROM messages
       JOIN otp_challenges ON message_id = messages.id WHERE otp_challenges.id = $1`,
      [hashOfSecret(challengeId)],
    );
    if (!message) throw new Error('The challenge has no message.');
    return this.get(MessageRenderer).render(message).code ?? '';
  }

  /** Another code of the same length: each digit is one more. */
  async wrongCodeOf(challenge: { challengeId: string }): Promise<string> {
    return (await this.codeOf(challenge)).replace(/\d/g, (digit) => String((Number(digit) + 1) % 10));
  }

  /** Somebody with an invite code; with a phone of their own unless told otherwise. */
  async aPerson(columns: Columns = {}): Promise<string> {
    const id = newId();
    const row = { id, phone: this.freshPhone(), ...columns };
    const names = Object.keys(row).map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    const places = names.map((_, index) => `$${index + 1}`);
    await this.sql(`INSERT INTO users (${names.join()}) VALUES (${places.join()})`, Object.values(row));
    await this.sql('INSERT INTO referral_links (code, user_id) VALUES ($1, $2)', [newInviteCode(), id]);
    return id;
  }

  /** The invite code that somebody hands to others. */
  async inviteCodeOf(personId: string): Promise<string> {
    const [link] = await this.sql<{ code: string }>(
      'SELECT code FROM referral_links WHERE user_id = $1 AND retired_at IS NULL',
      [personId],
    );
    if (!link) throw new Error('This person has no invite code.');
    return link.code;
  }

  /** What the audit log says was done to somebody, the oldest first. */
  async entriesAbout(personId: string): Promise<WrittenEntry[]> {
    return this.sql(
      `SELECT action, actor_id AS "actorId", subject_id AS "subjectId", masked_address AS address, details
       FROM audit_entries WHERE subject_id = $1 ORDER BY id`,
      [personId],
    );
  }

  /** The notices that somebody was sent, the oldest first. */
  async noticesTo(personId: string): Promise<{ template: string; recipient: string; fleeting: boolean }[]> {
    return this.sql('SELECT template, recipient, fleeting FROM messages WHERE subject_id = $1 ORDER BY id', [personId]);
  }
}
