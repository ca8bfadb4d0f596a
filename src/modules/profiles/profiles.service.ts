import { Injectable } from '@nestjs/common';
import { ReferralsService } from '../referrals/referrals.service.js';
import type { Person } from '../users/users.service.js';

/** What a person sees of themself. */
export type Profile = Omit<Person, 'avatarId'> & {
  readonly avatarUrl: string | null;
  readonly inviteCode: string;
};

/** A person together with what other modules know of them. */
@Injectable()
export class ProfilesService {
  constructor(private readonly referrals: ReferralsService) {}

  async of(person: Person): Promise<Profile> {
    return this.with(person, await this.referrals.inviteCodeOf(person.id));
  }

  /** The profile when the invite code is known already. */
  with({ avatarId, ...person }: Person, inviteCode: string): Profile {
    return { ...person, avatarUrl: avatarId && `/api/v1/avatars/${avatarId}`, inviteCode };
  }
}
