import { OmitType, PickType } from '@nestjs/swagger';
import { type Role } from '../../common/role.js';
import { EmptyIsLeftOut } from '../../platform/pages/page-forms.js';
import { ChangePersonDto, PeopleQueryDto } from '../admin/admin.dto.js';

/** What the list of people is filtered by. */
export class PeopleFilters extends PeopleQueryDto {
  @EmptyIsLeftOut()
  declare role?: Role;

  @EmptyIsLeftOut()
  declare status?: 'active' | 'blocked';
}

export class PersonForm extends OmitType(ChangePersonDto, ['role', 'status', 'blockedReason']) {}

export class RoleForm extends PickType(ChangePersonDto, ['role']) {}

export class BlockForm extends PickType(ChangePersonDto, ['status', 'blockedReason']) {}
