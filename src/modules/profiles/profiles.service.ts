import { Injectable } from '@nestjs/common';
import { type FullStanding, Invitees, type Standing } from '../referrals/invitees.service.js';
import type { Person } from '../users/users.service.js';

type Shown<Referrals> = Omit<Person, 'avatarId' | 'isTest'> & { readonly avatarUrl: string | null } & Referrals;

/** A person in a list. */
export type ProfileSummary = Shown<Standing>;

/** What a person sees of themself. */
export type Profile = Shown<FullStanding>;

/** A person together with what other modules know of them. */
@Injectable()
export class ProfilesService {
  constructor(private readonly invitees: Invitees) {}

  /** As people see themselves. @throws UserNotFound when the person was deleted in the meantime */
  async of(person: Person): Promise<Profile> {
    return this.with(person, await this.invitees.standingOf(person.id));
  }

  /** As staff see them: the phones of their invitees in full. @throws UserNotFound */
  async forStaff(person: Person): Promise<Profile> {
    return this.with(person, await this.invitees.standingOf(person.id, 'full'));
  }

  /** The same where the caller knows the standing. */
  with<Referrals extends Standing>(
    { avatarId, isTest: _isTest, ...person }: Person,
    standing: Referrals,
  ): Shown<Referrals> {
    return { ...person, avatarUrl: avatarId && `/api/v1/avatars/${avatarId}`, ...standing };
  }
}
