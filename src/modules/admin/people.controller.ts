import { Body, Controller, Delete, Get, HttpCode, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../common/http/access.decorators.js';
import { AnswersWith } from '../../common/http/answers/example.decorator.js';
import { Forbidden, RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { IgnoresBody } from '../../platform/http-edge/ignored-bodies.js';
import { EmailNotOffered, RegionNotAllowed } from '../addresses/addresses.errors.js';
import {
  ContactTaken,
  LastAdmin,
  LastContact,
  TestAccount,
  UsernameTaken,
  UserNotFound,
} from '../users/users.errors.js';
import { By, PersonId } from './admin.decorators.js';
import { ChangePersonDto, PeoplePageDto, PeopleQueryDto, PersonDto } from './admin.dto.js';
import { Changes } from './changes.service.js';
import { Endings } from './endings.service.js';
import { Looks, type Viewer } from './looks.service.js';

@ApiTags('Users')
@ApiBearerAuth()
@Controller('users')
export class PeopleController {
  constructor(
    private readonly looks: Looks,
    private readonly changes: Changes,
    private readonly endings: Endings,
  ) {}

  /**
   * Find people.
   * @remarks
   * By the beginning of a phone, an e-mail address, a username or a name, in the order of what they were found by; without `q` all of
   * them, the newest first. A page may hold fewer than `limit`, also none, while more follow: go on until `nextCursor` is null. A cursor
   * belongs to its `q`; with another one the list begins anew. That somebody searched is written into the audit log, not for what.
   */
  @Get()
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  findUsers(@Query() query: PeopleQueryDto, @By() by: Viewer): Promise<PeoplePageDto> {
    return this.looks.people(query, by);
  }

  /**
   * Read about a person.
   * @remarks
   * Moderators and administrators read about everybody, which is written into the audit log; everybody else reads about themself only,
   * without `blockedReason`, and hears `auth.forbidden` for other ids. Those who deleted their account are `users.not_found`.
   */
  @Get(':id')
  @ApiErrors(Unauthenticated, Forbidden, UserNotFound)
  readUser(@PersonId() id: string, @By() by: Viewer): Promise<PersonDto> {
    return this.looks.person(id, by);
  }

  /**
   * Change a person.
   * @remarks
   * All of it happens, or nothing; what is left out stays as it is, `null` clears. It is written into the audit log, and the person is told
   * by message. Whoever is blocked is out at once on every device, and stays out until `status` is `active` again. Contacts are taken on
   * trust, without a code. Another role counts from the next request on, without a new sign-in.
   *
   * `users.username_taken` and `users.contact_taken`: somebody else has it. `users.last_contact`: give another contact in the same
   * request. `users.last_admin`: make somebody else administrator first. `users.test_account`: test accounts never become staff.
   */
  @Patch(':id')
  @Roles('admin')
  @AnswersWith(PersonDto, { status: 'blocked', blockedReason: 'Sent spam to those whom they invited' })
  @ApiErrors(Unauthenticated, UserNotFound, RequestInvalid, RegionNotAllowed, EmailNotOffered)
  @ApiErrors(UsernameTaken, ContactTaken, LastContact, LastAdmin, TestAccount)
  changeUser(@PersonId() id: string, @Body() body: ChangePersonDto, @By() by: Viewer): Promise<PersonDto> {
    return this.changes.change(id, body, by).then(() => this.looks.changed(id));
  }

  /**
   * Delete a person, for ever.
   * @remarks
   * The same as `DELETE /api/v1/users/me`, by an administrator: everything personal is erased at once, every session ends, and the person
   * is told by a last message. There is no way back: to keep somebody out and their data, block them instead. It is written into the audit log.
   */
  @Delete(':id')
  @HttpCode(204)
  @IgnoresBody()
  @Roles('admin')
  @ApiErrors(Unauthenticated, UserNotFound, LastAdmin)
  deleteUser(@PersonId() id: string, @By() by: Viewer): Promise<void> {
    return this.endings.delete(id, by);
  }

  /**
   * Sign a person out everywhere.
   * @remarks
   * Ends every session at once; the person is told by message where there was one, and may sign in again. Who should stay out is blocked
   * by `PATCH /api/v1/users/{id}`. It is written into the audit log.
   */
  @Delete(':id/sessions')
  @HttpCode(204)
  @IgnoresBody()
  @Roles('admin')
  @ApiErrors(Unauthenticated, UserNotFound)
  endSessionsOfUser(@PersonId() id: string, @By() by: Viewer): Promise<void> {
    return this.endings.endSessions(id, by);
  }
}
