import { ApiSchema } from '@nestjs/swagger';
import { IsCurrentPassword } from '../../common/http/access.decorators.js';
import { IsChallengeId, IsNewPassword, IsOtpCode } from '../../common/http/fields.decorators.js';
import { ByPhoneOrEmail, ContactDto } from '../addresses/contact.dto.js';
import type { NewPasswordByCode } from './password-reset.service.js';

@ByPhoneOrEmail('The contact of whoever has forgotten their password.')
export class ForgotPasswordDto extends ContactDto {}

@ApiSchema({ description: 'The code as it was typed, and the password that it sets.' })
export class ResetPasswordDto implements NewPasswordByCode {
  @IsChallengeId()
  challengeId!: string;

  @IsOtpCode()
  code!: string;

  @IsNewPassword()
  newPassword!: string;
}

@ApiSchema({ description: 'The new password; the one so far where the sign-in is no longer fresh.' })
export class ChangePasswordDto {
  @IsCurrentPassword()
  currentPassword?: string;

  @IsNewPassword()
  newPassword!: string;
}
