import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Locale } from '../../common/locale.js';
import type { Role } from '../../common/role.js';

export type UserStatus = 'active' | 'blocked' | 'deleted';

@Entity('users')
@Index('users_phone_unique', ['phone'], { unique: true, where: 'phone IS NOT NULL' })
@Index('users_email_unique', ['email'], { unique: true, where: 'email IS NOT NULL' })
@Index('users_username_unique', ['username'], { unique: true, where: 'username IS NOT NULL' })
@Check('users_role_known', `role IN ('user', 'moderator', 'admin')`)
@Check('users_status_known', `status IN ('active', 'blocked', 'deleted')`)
export class User {
  @PrimaryColumn('uuid')
  id!: string;

  /** E.164. */
  @Column('text', { nullable: true })
  phone!: string | null;

  @Column('text', { nullable: true })
  email!: string | null;

  @Column('text', { nullable: true })
  username!: string | null;

  @Column('text', { name: 'first_name', nullable: true })
  firstName!: string | null;

  @Column('text', { name: 'last_name', nullable: true })
  lastName!: string | null;

  @Column('text', { nullable: true })
  city!: string | null;

  @Column('text', { name: 'telegram_id', nullable: true })
  telegramId!: string | null;

  @Column('text', { name: 'avatar_id', nullable: true })
  avatarId!: string | null;

  @Column('text', { nullable: true })
  locale!: Locale | null;

  @Column('text', { default: 'user' })
  role!: Role;

  @Column('text', { default: 'active' })
  status!: UserStatus;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'clock_now()' })
  createdAt!: Date;
}
