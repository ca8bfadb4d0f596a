import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

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
