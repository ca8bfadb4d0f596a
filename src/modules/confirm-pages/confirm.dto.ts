import { IsNewPassword, IsOtpCode } from '../../common/http/fields.decorators.js';

export class CodeForm {
  @IsOtpCode()
  code!: string;

  @IsNewPassword({ optional: true })
  newPassword?: string;
}
