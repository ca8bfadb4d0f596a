import { DomainError } from '../../common/domain-error.js';

/** Damaged, ended, expired, somebody else's, or of somebody who may not come in: all alike. */
export class RefreshTokenInvalid extends DomainError {
  static readonly status = 401;
  static readonly code = 'sessions.refresh_token_invalid';
  static readonly title = {
    en: 'This sign-in is over. Sign in again.',
    ru: 'Этот вход больше не действует. Войдите снова.',
  };
}

/** A token that was used before: either it was stolen, or its copy was. Its session is over (RFC 9700 §4.14.2). */
export class RefreshTokenReused extends DomainError {
  static readonly status = 401;
  static readonly code = 'sessions.refresh_token_reused';
  static readonly title = {
    en: 'This sign-in was ended because its refresh token was used twice. Sign in again.',
    ru: 'Этот вход завершён, потому что его токен обновления использован дважды. Войдите снова.',
  };
}

export class SessionNotFound extends DomainError {
  static readonly status = 404;
  static readonly code = 'sessions.not_found';
  static readonly title = {
    en: 'You have no such sign-in, or it is over. Look at the list again.',
    ru: 'У вас нет такого входа, или он уже завершён. Обновите список.',
  };
}
