import { DomainError } from '../../common/domain-error.js';

/** A wrong password, a name that nobody has, a person without a password: all alike. */
export class InvalidCredentials extends DomainError {
  static readonly status = 401;
  static readonly code = 'auth.invalid_credentials';
  static readonly title = {
    en: 'The name or the password is not right. Check both, or sign in by a code.',
    ru: 'Имя или пароль неверны. Проверьте их или войдите по коду.',
  };
}
