import { Body, Controller, Delete, Get, HttpCode, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../../common/http/access.decorators.js';
import { Forbidden, RequestInvalid, Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
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

  /** Find people: by what they are found by, else the newest first. */
  @Get()
  @Roles('moderator', 'admin')
  @ApiErrors(Unauthenticated, RequestInvalid)
  findUsers(@Query() query: PeopleQueryDto, @By() by: Viewer): Promise<PeoplePageDto> {
    return this.looks.people(query, by);
  }

  /** Read about a person; everybody may read about themself. */
  @Get(':id')
  @ApiErrors(Unauthenticated, Forbidden, UserNotFound)
  readUser(@PersonId() id: string, @By() by: Viewer): Promise<PersonDto> {
    return this.looks.person(id, by);
  }

  /** Change a person: all of it or nothing. They are told, and whoever is blocked is out at once. */
  @Patch(':id')
  @Roles('admin')
  @ApiErrors(Unauthenticated, UserNotFound, RequestInvalid, RegionNotAllowed, EmailNotOffered)
  @ApiErrors(UsernameTaken, ContactTaken, LastContact, LastAdmin, TestAccount)
  changeUser(@PersonId() id: string, @Body() body: ChangePersonDto, @By() by: Viewer): Promise<PersonDto> {
    return this.changes.change(id, body, by).then(() => this.looks.changed(id));
  }

  /** Delete a person: everything personal is erased for ever. */
  @Delete(':id')
  @HttpCode(204)
  @Roles('admin')
  @ApiErrors(Unauthenticated, UserNotFound, LastAdmin)
  deleteUser(@PersonId() id: string, @By() by: Viewer): Promise<void> {
    return this.endings.delete(id, by);
  }

  /** Sign a person out everywhere. */
  @Delete(':id/sessions')
  @HttpCode(204)
  @Roles('admin')
  @ApiErrors(Unauthenticated, UserNotFound)
  endSessionsOfUser(@PersonId() id: string, @By() by: Viewer): Promise<void> {
    return this.endings.endSessions(id, by);
  }
}
