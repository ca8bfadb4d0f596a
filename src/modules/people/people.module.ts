import { Module } from '@nestjs/common';
import { PeopleNames } from './people-names.service.js';
import { PeopleSearch } from './people-search.service.js';

@Module({ providers: [PeopleSearch, PeopleNames], exports: [PeopleSearch, PeopleNames] })
export class PeopleModule {}
