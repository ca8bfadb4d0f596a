import { Module } from '@nestjs/common';
import { AdminModule } from '../admin/admin.module.js';
import { PageAccessModule } from '../page-access/page-access.module.js';
import { ReferralGraphModule } from '../referral-graph/referral-graph.module.js';
import { UsersModule } from '../users/users.module.js';
import { PeopleList } from './people-list.service.js';
import { PeoplePagesController } from './people-pages.controller.js';
import { PersonForms } from './person-forms.service.js';
import { PersonPage } from './person-page.service.js';
import { PersonPagesController } from './person-pages.controller.js';

/** The pages on which staff find people, and on which administrators change them. */
@Module({
  imports: [PageAccessModule, AdminModule, ReferralGraphModule, UsersModule],
  controllers: [PeoplePagesController, PersonPagesController],
  providers: [PeopleList, PersonPage, PersonForms],
})
export class PeoplePagesModule {}
