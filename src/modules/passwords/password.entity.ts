import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** The password of a person who has one. */
@Entity('passwords')
export class Password {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  @OneToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'passwords_user' })
  user?: User;

  /** argon2id in PHC form. */
  @Column('text')
  hash!: string;

  @Column('timestamptz', { name: 'changed_at', default: () => 'clock_now()' })
  changedAt!: Date;
}
