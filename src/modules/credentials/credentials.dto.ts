import { IsChallengeId, IsNewPassword, IsOtpCode, IsTypedPassword } from '../../common/http/fields.decorators.js';
import { ByPhoneOrEmail, ContactDto } from '../addresses/contact.dto.js';
import type { NewPasswordByCode } from './password-reset.service.js';

@ByPhoneOrEmail()
export class ForgotPasswordDto extends ContactDto {}

export class ResetPasswordDto implements NewPasswordByCode {
  @IsChallengeId()
  challengeId!: string;

  @IsOtpCode()
  code!: string;

  @IsNewPassword()
  newPassword!: string;
}

export class ChangePasswordDto {
  /** Read by the guard, which lets those through who signed in long ago. */
  @IsTypedPassword({ optional: true })
  currentPassword?: string;

  @IsNewPassword()
  newPassword!: string;
}
