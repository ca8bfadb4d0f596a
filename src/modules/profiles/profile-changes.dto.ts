import type { Locale } from '../../common/locale.js';
import type { ProfileChanges } from '../users/users.service.js';
import { IsLocale, IsName, IsTelegramId, IsUsername } from './profile-fields.decorators.js';

/** What people change of a profile by just saying so: what is left out stays, null clears. Other bodies extend it. */
export class ProfileChangesDto implements ProfileChanges {
  @IsUsername()
  username?: string | null;

  @IsName('Anna')
  firstName?: string | null;

  @IsName('Ivanova')
  lastName?: string | null;

  @IsName('Kazan')
  city?: string | null;

  @IsTelegramId()
  telegramId?: string | null;

  @IsLocale()
  locale?: Locale | null;
}
