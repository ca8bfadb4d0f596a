import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Locale } from '../../common/locale.js';

/** Where a message is on its way; it only moves forward. `ambiguous`: it may have been sent, so it never is again. */
export type MessageState =
  'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'expired' | 'ambiguous';

export type Channel = 'sms' | 'email';

/** One outgoing message. Its text is not here: it is rendered from the template when it is sent or read. */
@Entity('messages')
@Index('messages_recipient', ['recipient', 'id'])
@Index('messages_failed', ['id'], { where: 'failure IS NOT NULL' })
@Index('messages_subject', ['subjectId'], { where: 'subject_id IS NOT NULL' })
export class Message {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  channel!: Channel;

  @Column('text')
  recipient!: string;

  @Column('text')
  template!: string;

  @Column('jsonb')
  params!: Record<string, unknown>;

  @Column('text')
  locale!: Locale;

  @Column('text', { default: 'queued' })
  state!: MessageState;

  @Column('smallint', { default: 0 })
  attempts!: number;

  @Column('text', { name: 'provider_id', nullable: true })
  providerId!: string | null;

  @Column('text', { nullable: true })
  failure!: string | null;

  @Column('timestamptz', { name: 'queued_at', default: () => 'clock_now()' })
  queuedAt!: Date;

  @Column('timestamptz', { name: 'sending_at', nullable: true })
  sendingAt!: Date | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;

  /** When the provider said that it was delivered, or was not. */
  @Column('timestamptz', { name: 'reported_at', nullable: true })
  reportedAt!: Date | null;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  /** The person it is about, where that is known. */
  @Column('uuid', { name: 'subject_id', nullable: true })
  subjectId!: string | null;

  /** The `X-Request-Id` of the request that it was written for. */
  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  /** The trace of that request, as W3C Trace Context hands it on; only where traces are kept. */
  @Column('text', { nullable: true })
  traceparent!: string | null;

  /** Whether its recipient is forgotten once it is settled. */
  @Column('boolean', { default: false })
  fleeting!: boolean;
}
