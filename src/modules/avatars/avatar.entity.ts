import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../users/user.entity.js';

/** The picture of a person: WebP, 256 × 256. */
@Entity('avatars')
@Unique('avatars_owner', ['userId'])
export class Avatar {
  /** Unguessable, and another one for each picture. */
  @PrimaryColumn('text')
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @OneToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'avatars_user' })
  user?: User;

  @Column('bytea')
  image!: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'clock_now()' })
  createdAt!: Date;
}
