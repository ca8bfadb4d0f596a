import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsNewPassword, IsRegion, lengthWithin, textField } from '../../common/http/fields.decorators.js';
import { type Locale, LOCALES } from '../../common/locale.js';
import { LONGEST_PATH } from '../../platform/pages/page-answers.js';
import { LoginDto } from '../login/login.dto.js';

/** A phone or an e-mail address in one field; which of them it is, and whether it is one, is decided later. */
const IsContactText = (): PropertyDecorator =>
  textField({
    rule: 'contactText',
    message: 'Type a phone number or an e-mail address.',
    accepts: lengthWithin(1, 254),
    schema: {},
  });

export class AskCodeForm {
  @IsContactText()
  contact!: string;

  @IsRegion({ optional: true })
  region?: string;

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_PATH)
  next?: string;
}

export class RegisterForm extends AskCodeForm {
  @IsNewPassword()
  password!: string;
}

export class PasswordForm extends LoginDto {
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_PATH)
  next?: string;
}

export class LanguageForm {
  @IsIn(LOCALES)
  language!: Locale;

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_PATH)
  back?: string;
}

/** What the address of a sign-in page may hold. */
export class SignInQuery {
  @IsOptional()
  @IsString()
  next?: string;

  @IsOptional()
  @IsString()
  invite?: string;

  @IsOptional()
  @IsString()
  via?: string;
}
