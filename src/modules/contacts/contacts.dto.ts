import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsCurrentPassword } from '../../common/http/access.decorators.js';
import { IsChallengeId, IsOtpCode } from '../../common/http/fields.decorators.js';
import { ByPhoneOrEmail, ContactDto } from '../addresses/contact.dto.js';
import type { CodeTyped } from './contact-changes.service.js';

const COLUMNS = ['phone', 'email'] as const;

@ByPhoneOrEmail('The contact that is to take the place of the person’s own of that kind.')
export class NewContactDto extends ContactDto {
  @ApiPropertyOptional({ example: '+7 912 345-67-99' })
  declare phone?: string;

  @ApiPropertyOptional({ example: 'anna.ivanova@example.com' })
  declare email?: string;

  @IsCurrentPassword()
  currentPassword?: string;
}

@ApiSchema({ description: 'The code that went to the new contact, as it was typed.' })
export class ConfirmContactDto implements CodeTyped {
  @IsChallengeId()
  challengeId!: string;

  @IsOtpCode()
  code!: string;
}

export class WhichContactDto {
  /** Which of one’s contacts goes. */
  @IsIn(COLUMNS, { message: 'Name the contact: phone or email.' })
  @ApiProperty({ enum: COLUMNS, example: 'email' })
  contact!: (typeof COLUMNS)[number];
}
