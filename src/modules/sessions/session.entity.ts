import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** One signed-in device and its family of refresh tokens. No token is here: they are derived from `seed` and `counter`. */
@Entity('sessions')
@Index('sessions_ended', ['endedAt'], { where: 'ended_at IS NOT NULL' })
@Index('sessions_open', ['userId', 'id'], { where: 'ended_at IS NULL' })
export class Session {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'sessions_user' })
  user?: User;

  /** Random; with the application's key it makes the refresh tokens, so neither alone is enough. */
  @Column('bytea')
  seed!: Buffer;

  /** Of the secret in a browser's cookie, where the session is one of the pages; such a session has no refresh token. */
  @Column('bytea', { name: 'page_token_hash', nullable: true })
  pageTokenHash!: Buffer | null;

  /** How often the refresh token was rotated. */
  @Column('int', { default: 0 })
  counter!: number;

  @Column('timestamptz', { name: 'rotated_at', nullable: true })
  rotatedAt!: Date | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('text', { name: 'masked_address', nullable: true })
  maskedAddress!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'clock_now()' })
  createdAt!: Date;

  /** When a code or a password was last given; refreshing does not renew it. */
  @Column('timestamptz', { name: 'authenticated_at', default: () => 'clock_now()' })
  authenticatedAt!: Date;

  @Column('timestamptz', { name: 'last_seen_at', default: () => 'clock_now()' })
  lastSeenAt!: Date;

  @Column('timestamptz', { name: 'idle_expires_at' })
  idleExpiresAt!: Date;

  @Column('timestamptz', { name: 'absolute_expires_at' })
  absoluteExpiresAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason!: string | null;
}
