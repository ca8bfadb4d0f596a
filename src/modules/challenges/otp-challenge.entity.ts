import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a code proves; it works for nothing else. */
export type OtpPurpose = 'sign_in' | 'registration' | 'password_reset' | 'contact_change';

/** One request for a code. `id` is the hash of the secret its asker holds; the code itself is nowhere. */
@Entity('otp_challenges')
@Index('otp_challenges_age', ['createdAt'])
@Index('otp_challenges_contact', ['contact', 'purpose'])
@Index('otp_challenges_subject', ['subject'], { where: 'subject IS NOT NULL' })
export class OtpChallenge {
  @PrimaryColumn('bytea')
  id!: Buffer;

  @Column('text')
  purpose!: OtpPurpose;

  @Column('text')
  channel!: 'sms' | 'email';

  @Column('text')
  contact!: string;

  /** Keyed hash of the asker's network. */
  @Column('bytea')
  asker!: Buffer;

  /** 1 for the first code, one more with each resend. */
  @Column('smallint', { default: 1 })
  generation!: number;

  @Column('smallint', { name: 'code_length' })
  codeLength!: number;

  @Column('smallint', { default: 0 })
  attempts!: number;

  @Column('uuid', { name: 'message_id' })
  messageId!: string;

  /** Counters that its messages were charged to. */
  @Column('bytea', { array: true })
  charges!: Buffer[];

  /** How many of these are those of the newest message. */
  @Column('smallint', { name: 'newest_charges', default: 0 })
  newestCharges!: number;

  /** When the first of them was made. */
  @Column('timestamptz', { name: 'charges_since', default: () => 'clock_now()' })
  chargesSince!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'clock_now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'resend_at' })
  resendAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason!: 'used' | 'replaced' | 'superseded' | null;

  /** The person whose contact is being changed. */
  @Column('uuid', { nullable: true })
  subject!: string | null;

  /** Whether the fixed code of a test phone answers it, and nothing is sent. */
  @Column('boolean', { name: 'is_test', default: false })
  isTest!: boolean;

  /** Hash of the password chosen at registration; it counts only once this challenge is used, and goes when it ends. */
  @Column('text', { name: 'pending_password', nullable: true })
  pendingPassword!: string | null;

  /** What its contact is stored as among those that were given up, where its code signs in; goes when it ends. */
  @Column('bytea', { name: 'released_as', array: true, nullable: true })
  releasedAs!: Buffer[] | null;
}
