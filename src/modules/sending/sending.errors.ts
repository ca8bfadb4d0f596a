import { DomainError } from '../../common/domain-error.js';

/** No SMS is sent for now: the operators have stopped it, or its provider fails. Carries after how long to ask again. */
export class SmsUnavailable extends DomainError {
  static readonly status = 503;
  static readonly code = 'sms.unavailable';
  static readonly title = {
    en: 'No SMS can be sent right now. Try again later, or use your e-mail address or your password.',
    ru: 'Сейчас не получается отправить SMS. Попробуйте позже или войдите по почте или паролю.',
  };

  constructor(retryAfterSeconds: number) {
    super({ retryAfterSeconds });
  }
}
