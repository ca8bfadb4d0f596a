import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsChallengeId, IsOtpCode, IsTypedPassword } from '../../common/http/fields.decorators.js';
import { ByPhoneOrEmail, ContactDto } from '../addresses/contact.dto.js';
import type { CodeTyped } from './contact-changes.service.js';

const COLUMNS = ['phone', 'email'] as const;

/** The contact that is to take the place of the person's own of that kind. */
@ByPhoneOrEmail()
export class NewContactDto extends ContactDto {
  @IsTypedPassword({ optional: true })
  currentPassword?: string;
}

export class ConfirmContactDto implements CodeTyped {
  @IsChallengeId()
  challengeId!: string;

  @IsOtpCode()
  code!: string;
}

export class WhichContactDto {
  @IsIn(COLUMNS, { message: 'Name the contact: phone or email.' })
  @ApiProperty({ enum: COLUMNS })
  contact!: (typeof COLUMNS)[number];
}
