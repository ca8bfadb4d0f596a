import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** An invite code and its owner. One link of a person is active; retired ones stay, so that no code is given out twice. */
@Entity('referral_links')
@Index('referral_links_active', ['userId'], { unique: true, where: 'retired_at IS NULL' })
@Index('referral_links_retired', ['userId', 'retiredAt'], { where: 'retired_at IS NOT NULL' })
export class ReferralLink {
  @PrimaryColumn('text')
  code!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'referral_links_user' })
  user?: User;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'clock_now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;
}
