import { DomainError } from '../../common/domain-error.js';

export class ResendTooSoon extends DomainError {
  static readonly status = 429;
  static readonly code = 'otp.resend_too_soon';
  static readonly title = {
    en: 'A code was sent a moment ago. Wait a little before you ask for another.',
    ru: 'Код только что отправлен. Подождите немного, прежде чем просить новый.',
  };
}

export class TooManyMessages extends DomainError {
  static readonly status = 429;
  static readonly code = 'otp.too_many_messages';
  static readonly title = {
    en: 'Too many codes were sent to this contact. Use one of them, or ask again later.',
    ru: 'На этот контакт отправлено слишком много кодов. Введите один из них или попробуйте позже.',
  };
}
