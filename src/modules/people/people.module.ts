import { Module } from '@nestjs/common';
import { PeopleSearch } from './people-search.service.js';

@Module({ providers: [PeopleSearch], exports: [PeopleSearch] })
export class PeopleModule {}
