import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { FreshSignIn, ReauthenticationDto } from '../../common/http/access.decorators.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { Idempotent, IDEMPOTENCY_ERRORS } from '../../platform/idempotency/idempotent.decorator.js';
import * as Addresses from '../addresses/addresses.errors.js';
import { ChallengeDto } from '../auth/auth.dto.js';
import * as OtpGuard from '../otp-guard/otp-guard.errors.js';
import * as Otp from '../otp/otp.errors.js';
import { PROVING_ERRORS } from '../passwords/passwords.errors.js';
import { ProfileDto } from '../profiles/profile.dto.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import { SmsUnavailable } from '../sending/sending.errors.js';
import { ContactTaken, LastContact, UserNotFound } from '../users/users.errors.js';
import { FromChanger } from './changer.decorators.js';
import type { Changer } from './contact-aftermath.service.js';
import { ContactChanges } from './contact-changes.service.js';
import { ConfirmContactDto, WhichContactDto, NewContactDto } from './contacts.dto.js';
import { NoSuchContact } from './contacts.errors.js';
import { NewContacts } from './new-contacts.service.js';

@ApiTags('Users')
@Controller('users/me/contacts')
export class ContactsController {
  constructor(
    private readonly newContacts: NewContacts,
    private readonly changes: ContactChanges,
    private readonly profiles: ProfilesService,
  ) {}

  /** Ask for another phone or e-mail address. A code goes to the new one, whether somebody has it or not. */
  @Post()
  @HttpCode(202)
  @FreshSignIn()
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(...IDEMPOTENCY_ERRORS, RequestInvalid, UserNotFound, ...PROVING_ERRORS, SmsUnavailable)
  @ApiErrors(Addresses.RegionNotAllowed, Addresses.EmailNotOffered, OtpGuard.ResendTooSoon, OtpGuard.TooManyMessages)
  requestContactChange(@Body() body: NewContactDto, @FromChanger() by: Changer): Promise<ChallengeDto> {
    return this.newContacts.ask(body, by);
  }

  /** Prove the new contact by its code. It takes the place of the old one, which is told; the other sessions end. */
  @Post('confirm')
  @HttpCode(200)
  @ApiErrors(RequestInvalid, Otp.CodeWrong, Otp.ChallengeOver, Otp.TooManyWrongCodes, ContactTaken, UserNotFound)
  async confirmContact(@Body() body: ConfirmContactDto, @FromChanger() by: Changer): Promise<ProfileDto> {
    return this.profiles.of(await this.changes.confirm(body, by));
  }

  /** Remove the phone or the e-mail address, unless it is the last contact. The removed one is told; the other sessions end. */
  @Delete(':contact')
  @FreshSignIn()
  @ApiBody({ type: ReauthenticationDto, required: false })
  @ApiErrors(RequestInvalid, ...PROVING_ERRORS, NoSuchContact, LastContact, UserNotFound)
  async removeContact(
    @Param() { contact }: WhichContactDto,
    @Body() _body: ReauthenticationDto,
    @FromChanger() by: Changer,
  ): Promise<ProfileDto> {
    return this.profiles.of(await this.changes.remove(contact, by));
  }
}
