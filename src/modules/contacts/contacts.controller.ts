import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { FreshSignIn, ReauthenticationDto } from '../../common/http/access.decorators.js';
import { AnswersWith } from '../../common/http/answers/example.decorator.js';
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

  /**
   * Ask for another phone or e-mail address.
   * @remarks
   * Sends a code to the new contact, with the same answer whether somebody has it or not, and changes nothing yet: send the code to
   * `POST /api/v1/users/me/contacts/confirm` as the same person. The contact that one has already is `request.invalid`. It needs a
   * sign-in of the last 10 minutes or `currentPassword`: on `auth.reauthentication_required` ask for the password, or sign in anew. What
   * bounds messages is the same as in `POST /api/v1/auth/otp/request`.
   */
  @Post()
  @HttpCode(202)
  @FreshSignIn()
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(...IDEMPOTENCY_ERRORS, RequestInvalid, UserNotFound, ...PROVING_ERRORS, SmsUnavailable)
  @ApiErrors(Addresses.RegionNotAllowed, Addresses.EmailNotOffered, OtpGuard.ResendTooSoon, OtpGuard.TooManyMessages)
  requestContactChange(@Body() body: NewContactDto, @FromChanger() by: Changer): Promise<ChallengeDto> {
    return this.newContacts.ask(body, by);
  }

  /**
   * Prove the new contact by its code.
   * @remarks
   * Takes only challenges that the same person asked for by `POST /api/v1/users/me/contacts`. The contact takes the place of the one of
   * its kind, which is told by message; every other session and every outstanding code of the person ends, and this session goes on.
   * `users.contact_taken` is told to a person only here, once they have proven the contact: let them sign in with it, or choose another.
   */
  @Post('confirm')
  @HttpCode(200)
  @ApiErrors(RequestInvalid, Otp.CodeWrong, Otp.ChallengeOver, Otp.TooManyWrongCodes, ContactTaken, UserNotFound)
  async confirmContact(@Body() body: ConfirmContactDto, @FromChanger() by: Changer): Promise<ProfileDto> {
    return this.profiles.of(await this.changes.confirm(body, by));
  }

  /**
   * Remove the phone or the e-mail address.
   * @remarks
   * The removed contact is told by message, and every other session and outstanding code of the person ends. The last contact cannot be
   * removed: `users.last_contact`; add another before. It needs a sign-in of the last 10 minutes or `currentPassword` in the body, which
   * may be left out otherwise. On `users.no_such_contact` read the profile again.
   */
  @Delete(':contact')
  @FreshSignIn()
  @AnswersWith(ProfileDto, { email: null })
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
