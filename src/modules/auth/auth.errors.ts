import { DomainError } from '../../common/domain-error.js';

/** Told only to somebody who has just proven the contact or the password. */
export class Blocked extends DomainError {
  static readonly status = 403;
  static readonly code = 'auth.blocked';
  static readonly title = {
    en: 'This account is blocked. Write to support to find out why.',
    ru: 'Этот аккаунт заблокирован. Напишите в поддержку, чтобы узнать причину.',
  };
}
