import { Injectable } from '@nestjs/common';
import { contactOf } from '../../common/contact.js';
import { SmsConfig } from '../../config/config.js';
import { AuditService } from '../audit/audit.service.js';
import type { SignedIn, SignInAsker } from '../auth/auth.service.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import { type Person, UsersService } from '../users/users.service.js';
import { InvalidCredentials } from './login.errors.js';
import { PasswordSignIn } from './password-sign-in.js';
import { readTypedName, type TypedName } from './typed-name.js';

export interface TypedCredentials {
  /** A phone, an e-mail address or a username, as typed. */
  readonly username: string;
  readonly password: string;
  /** ISO 3166-1 alpha-2 region whose national notation is meant where a phone has no `+`. */
  readonly region?: string;
}

/** Signing in by a password. */
@Injectable()
export class LoginService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
    private readonly signIn: PasswordSignIn,
    private readonly profiles: ProfilesService,
    private readonly audit: AuditService,
    private readonly config: SmsConfig,
  ) {}

  /**
   * Exchanges a password for a session. Until the password is right, everything is done just so for whoever the name belongs
   * to, and for nobody.
   * @throws InvalidCredentials, Blocked, TooManyPasswordFailures, CodeRequired, HashingBusy
   */
  async logIn({ username, password, region }: TypedCredentials, asker: SignInAsker): Promise<SignedIn> {
    const name = readTypedName(username, region ?? this.config.regions[0] ?? 'RU');
    const person = await this.users.findBy(name.kind, name.value);
    const typedName = `${name.kind} ${name.value}`;
    const account = person ? { personId: person.id, typedName } : { unknownName: typedName };
    const hash = await this.passwords.accepts(account, password, asker.network);
    const letIn = person && hash !== undefined && (await this.open(person, hash, { name, asker }));
    if (!letIn) return this.refuse(person, asker);
    return { ...letIn.tokens, isNewUser: false, user: await this.profiles.of(letIn.person) };
  }

  private open(person: Person, hash: string, { name, asker }: { name: TypedName; asker: SignInAsker }) {
    const contact = name.kind === 'username' ? undefined : contactOf(name.kind, name.value);
    return this.signIn.byPassword({ person, hash, contact }, asker);
  }

  private async refuse(person: Person | undefined, { address }: SignInAsker): Promise<never> {
    await this.audit.recordFailure({ action: 'auth.password_failed', subjectId: person?.id, address });
    throw new InvalidCredentials();
  }
}
