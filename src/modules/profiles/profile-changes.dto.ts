import { ApiSchema } from '@nestjs/swagger';
import type { Locale } from '../../common/locale.js';
import type { ProfileChanges } from '../users/users.service.js';
import { IsLocale, IsName, IsTelegramId, IsUsername } from './profile-fields.decorators.js';

/** What people change of a profile by just saying so: what is left out stays, null clears. Other bodies extend it. */
@ApiSchema({ description: 'What is to change of the profile: what is left out stays, null clears.' })
export class ProfileChangesDto implements ProfileChanges {
  @IsUsername()
  username?: string | null;

  @IsName('The first name', 'Anna')
  firstName?: string | null;

  @IsName('The last name', 'Ivanova')
  lastName?: string | null;

  @IsName('Where the person lives', 'Kazan')
  city?: string | null;

  @IsTelegramId()
  telegramId?: string | null;

  @IsLocale()
  locale?: Locale | null;
}
