import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';
import { ReferralLink } from './referral-link.entity.js';

/** How a code came to whoever activated it. */
export type InviteVia = 'typed' | 'link' | 'qr';

/** Who invited whom: at most one inviter for each person, for ever. */
@Entity('referrals')
@Index('referrals_of_inviter', ['inviterId', 'ordinal'], { unique: true })
@Index('referrals_age', ['activatedAt', 'inviteeId'])
@Check('referrals_not_own', 'invitee_id <> inviter_id')
@Check('referrals_counted', 'ordinal > 0')
@Check('referrals_via_known', `via IN ('typed', 'link', 'qr')`)
export class Referral {
  @PrimaryColumn('uuid', { name: 'invitee_id' })
  inviteeId!: string;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'invitee_id', foreignKeyConstraintName: 'referrals_invitee' })
  invitee?: User;

  @Column('uuid', { name: 'inviter_id' })
  inviterId!: string;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'inviter_id', foreignKeyConstraintName: 'referrals_inviter' })
  inviter?: User;

  /** The invitee is the inviter's first, second, …; there are no gaps. */
  @Column('int')
  ordinal!: number;

  /** The code as it was then; it may be retired since. */
  @Column('text')
  code!: string;

  @ManyToOne(() => ReferralLink)
  @JoinColumn({ name: 'code', foreignKeyConstraintName: 'referrals_code' })
  link?: ReferralLink;

  @Column('text')
  via!: InviteVia;

  /** Keyed hash of the network it was activated from; null once the invitee is deleted. */
  @Column('bytea', { nullable: true })
  network!: Buffer | null;

  @Column('timestamptz', { name: 'activated_at', default: () => 'clock_now()' })
  activatedAt!: Date;
}

/** Somebody who has invited others. */
@Entity('inviters')
@Index('inviters_top', ['invitees', 'userId'])
@Check('inviters_counted', 'invitees > 0')
export class Inviter {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'inviters_user' })
  user?: User;

  /** How many; also the ordinal of the newest. */
  @Column('int')
  invitees!: number;
}
