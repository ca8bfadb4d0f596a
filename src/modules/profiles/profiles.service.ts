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

  /** @param inviteCode where the caller knows it already */
  async of({ avatarId, ...person }: Person, inviteCode: string | null = null): Promise<Profile> {
    return {
      ...person,
      avatarUrl: avatarId && `/api/v1/avatars/${avatarId}`,
      inviteCode: inviteCode ?? (await this.referrals.inviteCodeOf(person.id)),
    };
  }
}
