import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Locale } from '../../common/locale.js';
import type { Role } from '../../common/role.js';

export type UserStatus = 'active' | 'blocked' | 'deleted';

@Entity('users')
@Index('users_phone_unique', ['phone'], { unique: true, where: 'phone IS NOT NULL' })
@Index('users_email_unique', ['email'], { unique: true, where: 'email IS NOT NULL' })
@Index('users_username_unique', ['username'], { unique: true, where: 'username IS NOT NULL' })
@Index('users_age', ['createdAt'])
@Index('users_search_name', ['searchName', 'id'], { where: 'search_name IS NOT NULL' })
@Index('users_search_name_reversed', ['searchNameReversed', 'id'], { where: 'search_name_reversed IS NOT NULL' })
@Index('users_staff', ['role', 'id'], { where: `role <> 'user'` })
@Index('users_not_active', ['status', 'id'], { where: `status <> 'active'` })
@Check('users_role_known', `role IN ('user', 'moderator', 'admin')`)
@Check('users_test_never_staff', `NOT is_test OR role = 'user'`)
@Check('users_status_known', `status IN ('active', 'blocked', 'deleted')`)
export class User {
  @PrimaryColumn('uuid')
  id!: string;

  /** E.164. */
  @Column({ type: 'text', nullable: true, collation: 'C' })
  phone!: string | null;

  @Column({ type: 'text', nullable: true, collation: 'C' })
  email!: string | null;

  @Column({ type: 'text', nullable: true, collation: 'C' })
  username!: string | null;

  @Column('text', { name: 'first_name', nullable: true })
  firstName!: string | null;

  @Column('text', { name: 'last_name', nullable: true })
  lastName!: string | null;

  /** First and last name as searches compare them. */
  @Column({ type: 'text', name: 'search_name', nullable: true, collation: 'C' })
  searchName!: string | null;

  /** Last and first name; null unless there are both. */
  @Column({ type: 'text', name: 'search_name_reversed', nullable: true, collation: 'C' })
  searchNameReversed!: string | null;

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

  /** Whether the person was registered by a phone whose code others know: they are nobody's, never staff, and invite nobody. */
  @Column('boolean', { name: 'is_test', default: false })
  isTest!: boolean;

  /** What an administrator wrote when blocking; for staff only. */
  @Column('text', { name: 'blocked_reason', nullable: true })
  blockedReason!: string | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'clock_now()' })
  createdAt!: Date;
}
