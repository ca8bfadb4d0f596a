import { DomainError } from '../../common/domain-error.js';

export class IdempotencyKeyReused extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.idempotency_key_reused';
  static readonly title = {
    en: 'This Idempotency-Key was used for another request. Make a new key for each request.',
    ru: 'Этот Idempotency-Key уже использован для другого запроса. Создавайте новый ключ для каждого запроса.',
  };
}

export class IdempotencyKeyInvalid extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.idempotency_key_invalid';
  static readonly title = {
    en: 'The Idempotency-Key must be a random UUID. Make one for each request.',
    ru: 'Idempotency-Key должен быть случайным UUID. Создавайте новый для каждого запроса.',
  };
}
