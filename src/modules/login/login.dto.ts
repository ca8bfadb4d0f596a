import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsNewPassword, IsRegion, IsTypedPassword, textField } from '../../common/http/fields.decorators.js';
import { ByPhoneOrEmail, ContactDto } from '../addresses/contact.dto.js';
import type { TypedCredentials } from './login.service.js';
import type { Registration } from './registration.service.js';

/** The longest e-mail address. */
const LONGEST_NAME = 254;

@ByPhoneOrEmail('A phone or an e-mail address, and the password that is to be that of its owner.')
export class RegisterDto extends ContactDto implements Registration {
  @ApiProperty({ example: 'four words of mine' })
  @IsNewPassword()
  password!: string;
}

@ApiSchema({ description: 'Who wants to sign in, and their password.' })
export class LoginDto implements TypedCredentials {
  @IsTypedName()
  username!: string;

  @IsTypedPassword()
  password!: string;

  @IsRegion({ optional: true })
  region?: string;
}

/** Any text passes: what is nobody's name has the answer of a wrong password, and a wrong form must not stand out from it. */
function IsTypedName(): PropertyDecorator {
  return textField({
    rule: 'typedName',
    message: 'Type your phone number, e-mail address or username.',
    accepts: (text) => text.length > 0 && [...text].length <= LONGEST_NAME,
    schema: {
      description: 'A phone number as people type it, an e-mail address, or a username.',
      example: 'anna_92',
      minLength: 1,
      maxLength: LONGEST_NAME,
    },
  });
}
