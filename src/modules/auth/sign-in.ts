import { Injectable } from '@nestjs/common';
import { maskAddress } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { OtpVerifier, type RightCode } from '../otp/otp-verifier.service.js';
import { type Profile, ProfilesService } from '../profiles/profiles.service.js';
import { ReferralsService } from '../referrals/referrals.service.js';
import { SessionsService, type TokenPair } from '../sessions/sessions.service.js';
import { UsersService } from '../users/users.service.js';
import { Blocked } from './auth.errors.js';

export type SignedIn = TokenPair & { readonly isNewUser: boolean; readonly user: Profile };

export interface SignInDevice {
  readonly address: string;
  readonly userAgent: string | null;
}

/** The story of a sign-in, in one transaction: all of it happens, or the code stays unused. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly verifier: OtpVerifier,
    private readonly users: UsersService,
    private readonly referrals: ReferralsService,
    private readonly profiles: ProfilesService,
    private readonly sessions: SessionsService,
  ) {}

  /** @throws ChallengeOver when the code was used meanwhile, Blocked */
  async byCode(code: RightCode, device: SignInDevice): Promise<SignedIn> {
    const { charges, ...signedIn } = await this.database.transaction(async () => {
      const charges = await this.verifier.consume(code);
      const { person, isNew } = await this.users.findOrRegister(code.contact);
      if (person.status !== 'active') throw new Blocked();
      const inviteCode = await (isNew ? this.referrals.mint(person.id) : this.referrals.inviteCodeOf(person.id));
      const tokens = await this.sessions.open(person, deviceOf(device));
      return { charges, ...tokens, isNewUser: isNew, user: this.profiles.with(person, inviteCode) };
    });
    await this.verifier.reward(charges);
    return signedIn;
  }
}

const deviceOf = ({ address, userAgent }: SignInDevice) => ({ maskedAddress: maskAddress(address), userAgent });
