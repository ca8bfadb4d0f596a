import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from './user.entity.js';

/** A contact that a person gave up, as a keyed hash: whoever comes with it again is no stranger. */
@Entity('released_contacts')
@Index('released_contacts_age', ['releasedAt'])
@Index('released_contacts_person', ['userId'])
export class ReleasedContact {
  @PrimaryColumn('bytea')
  contact!: Buffer;

  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'released_contacts_user' })
  user?: User;

  /** Whether the person was blocked when they were deleted. */
  @Column('boolean')
  blocked!: boolean;

  @Column('timestamptz', { name: 'released_at', default: () => 'clock_now()' })
  releasedAt!: Date;
}
