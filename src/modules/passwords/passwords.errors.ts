import { DomainError } from '../../common/domain-error.js';

/** More passwords wait to be hashed than can be within two seconds. */
export class HashingBusy extends DomainError {
  static readonly status = 503;
  static readonly code = 'auth.busy';
  static readonly title = {
    en: 'Too many people are signing in by password right now. Try again in a few seconds.',
    ru: 'Сейчас слишком много людей входят по паролю. Попробуйте снова через несколько секунд.',
  };

  constructor() {
    super({ retryAfterSeconds: 2 });
  }
}

export class TooManyPasswordFailures extends DomainError {
  static readonly status = 429;
  static readonly code = 'auth.too_many_password_failures';
  static readonly title = {
    en: 'Too many wrong passwords came from your network. Sign in by a code, or try again later.',
    ru: 'Из вашей сети введено слишком много неверных паролей. Войдите по коду или попробуйте позже.',
  };
}

/** Told for right and wrong passwords alike, and for names that nobody has. */
export class CodeRequired extends DomainError {
  static readonly status = 403;
  static readonly code = 'auth.code_required';
  static readonly title = {
    en: 'Too many wrong passwords were typed for this account. Sign in by a code this time.',
    ru: 'Для этого аккаунта введено слишком много неверных паролей. В этот раз войдите по коду.',
  };
}

/** The refusals of a route that takes somebody's present password, for its documentation. */
export const PROVING_ERRORS = [TooManyPasswordFailures, CodeRequired, HashingBusy] as const;

export class PasswordLengthWrong extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'The password is too short or too long. Choose one of 8 to 128 characters.',
    ru: 'Пароль слишком короткий или слишком длинный. Выберите пароль от 8 до 128 символов.',
  };

  constructor(field: string) {
    super({ errors: [{ field, rule: 'newPassword', message: 'Choose a password of 8 to 128 characters.' }] });
  }
}

export class PasswordTooCommon extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'This password is among the first that are guessed. Choose another, such as several words.',
    ru: 'Такой пароль подбирают одним из первых. Выберите другой, например из нескольких слов.',
  };

  constructor(field: string) {
    const message = 'Choose a password that is not among the first to be guessed, such as several words.';
    super({ errors: [{ field, rule: 'passwordTooCommon', message }] });
  }
}

export class PasswordAboutYou extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'This password is made of what others know about you or of the name of this service. Choose another.',
    ru: 'Пароль состоит из того, что о вас известно, или из названия сервиса. Выберите другой.',
  };

  constructor(field: string) {
    const message = 'Choose a password that is not made of your name, your contacts or the name of this service.';
    super({ errors: [{ field, rule: 'passwordAboutYou', message }] });
  }
}
