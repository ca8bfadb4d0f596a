import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../users/user.entity.js';

/** How often the share links of a person were opened. */
@Entity('invite_opens')
export class InviteOpens {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'invite_opens_user' })
  user?: User;

  @Column('int')
  opens!: number;
}
