import { ApiProperty } from '@nestjs/swagger';
import { type Locale, LOCALES } from '../../common/locale.js';
import { type Role, ROLES } from '../../common/role.js';
import type { Profile } from './profiles.service.js';

export class ProfileDto implements Profile {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** E.164. */
  @ApiProperty({ type: String, nullable: true, example: '+79123456789' })
  phone!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'anna@example.com' })
  email!: string | null;

  /** A name to sign in by, beside the contacts. */
  @ApiProperty({ type: String, nullable: true, example: 'anna_92' })
  username!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Anna' })
  firstName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Ivanova' })
  lastName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Kazan' })
  city!: string | null;

  /** The number of a Telegram account, or its name with @. */
  @ApiProperty({ type: String, nullable: true, example: '12345678' })
  telegramId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  avatarUrl!: string | null;

  /** The language of messages to this person; null while the requests' language decides. */
  @ApiProperty({ type: String, enum: [...LOCALES, null], nullable: true })
  locale!: Locale | null;

  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty({ enum: ['active', 'blocked', 'deleted'] })
  status!: 'active' | 'blocked' | 'deleted';

  /** The code that this person hands to others: six digits and letters. */
  @ApiProperty({ example: '4KTR9M', pattern: '^[0-9A-HJKMNP-TV-Z]{6}$' })
  inviteCode!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;
}
