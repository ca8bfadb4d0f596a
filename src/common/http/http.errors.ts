import { DomainError, type ErrorFacts } from '../domain-error.js';

/** The body, the query or the path breaks the rules; `errors` names every bad field. */
export class RequestInvalid extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'Some fields are not right. Correct what “errors” names and send the request again.',
    ru: 'Некоторые поля заполнены неверно. Исправьте то, что перечислено в «errors», и отправьте запрос снова.',
  };
}

/** What came is not JSON, or its URL cannot be decoded. */
export class RequestMalformed extends DomainError {
  static readonly status = 400;
  static readonly code = 'request.malformed';
  static readonly title = {
    en: 'The request cannot be read. Send valid JSON to a valid address.',
    ru: 'Запрос не удаётся прочитать. Пришлите корректный JSON по корректному адресу.',
  };
}

export class RequestNotFound extends DomainError {
  static readonly status = 404;
  static readonly code = 'request.not_found';
  static readonly title = {
    en: 'There is nothing at this address. Check the path against the API description.',
    ru: 'По этому адресу ничего нет. Сверьте путь с описанием API.',
  };
}

/** The header `Allow` names the methods that the address has (RFC 9110 §15.5.6). */
export class MethodNotAllowed extends DomainError {
  static readonly status = 405;
  static readonly code = 'request.method_not_allowed';
  static readonly title = {
    en: 'This address does not take this method. Use one of those in the Allow header.',
    ru: 'Этот адрес не принимает такой метод. Используйте один из указанных в заголовке Allow.',
  };
}

export class RequestTimeout extends DomainError {
  static readonly status = 408;
  static readonly code = 'request.timeout';
  static readonly title = {
    en: 'The request took too long to arrive. Check the connection and send it again.',
    ru: 'Запрос поступал слишком долго. Проверьте соединение и отправьте его снова.',
  };
}

export class PayloadTooLarge extends DomainError {
  static readonly status = 413;
  static readonly code = 'request.too_large';
  static readonly title = {
    en: 'The body is too large. Send less.',
    ru: 'Тело запроса слишком велико. Пришлите меньше данных.',
  };
}

export class UnsupportedMediaType extends DomainError {
  static readonly status = 415;
  static readonly code = 'request.unsupported_media_type';
  static readonly title = {
    en: 'This content type is not understood here. Send the one that the API description names, mostly application/json.',
    ru: 'Такой тип содержимого здесь не поддерживается. Пришлите тот, что назван в описании API, чаще всего application/json.',
  };
}

export class HeadersTooLarge extends DomainError {
  static readonly status = 431;
  static readonly code = 'request.headers_too_large';
  static readonly title = {
    en: 'The headers are too large. Send fewer or shorter ones.',
    ru: 'Заголовки слишком велики. Пришлите меньше заголовков или сократите их.',
  };
}

/** Answered with `WWW-Authenticate: Bearer` (RFC 6750 §3). */
export class Unauthenticated extends DomainError {
  static readonly status = 401;
  static readonly code = 'auth.unauthenticated';
  static readonly title = {
    en: 'You are not signed in. Sign in and send the access token as a Bearer token.',
    ru: 'Вы не вошли. Войдите и пришлите токен доступа как Bearer.',
  };
}

export class Forbidden extends DomainError {
  static readonly status = 403;
  static readonly code = 'auth.forbidden';
  static readonly title = {
    en: 'Your role does not allow this. Ask an administrator.',
    ru: 'Ваша роль этого не позволяет. Обратитесь к администратору.',
  };
}

/** Somebody who is signed in does what needs more than a session that was left open. */
export class ReauthenticationRequired extends DomainError {
  static readonly status = 403;
  static readonly code = 'auth.reauthentication_required';
  static readonly title = {
    en: 'You signed in more than 10 minutes ago, or this is not your password. Sign in again, or send your current password where it is asked for.',
    ru: 'С вашего входа прошло больше 10 минут, или пароль неверный. Войдите снова или пришлите текущий пароль там, где его спрашивают.',
  };
}

/** Something this service needs is away for the moment; `Retry-After` says when to ask again. */
export class ServiceUnavailable extends DomainError {
  static readonly status = 503;
  static readonly code = 'service.unavailable';
  static readonly title = {
    en: 'The service is not available right now. Try again in a few seconds.',
    ru: 'Сервис сейчас недоступен. Попробуйте снова через несколько секунд.',
  };

  constructor(facts: ErrorFacts = {}) {
    super({ retryAfterSeconds: 2, ...facts });
  }
}

/** A fault of ours; what it was stands in the log under the request's id, never in the answer. */
export class Internal extends DomainError {
  static readonly status = 500;
  static readonly code = 'internal';
  static readonly title = {
    en: 'Something went wrong on our side. Try again, and tell us the request id if it happens again.',
    ru: 'На нашей стороне произошла ошибка. Попробуйте снова, а если она повторится, сообщите нам номер запроса.',
  };
}
