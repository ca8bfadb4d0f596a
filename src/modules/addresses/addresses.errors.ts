import { DomainError } from '../../common/domain-error.js';

export class RegionNotAllowed extends DomainError {
  static readonly status = 422;
  static readonly code = 'sms.region_not_allowed';
  static readonly title = {
    en: 'We do not send codes to phones of this country. Use a phone of a supported country.',
    ru: 'Мы не отправляем коды на телефоны этой страны. Укажите телефон поддерживаемой страны.',
  };
}

export class PhoneImpossible extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'No such phone number exists. Check its digits, or start it with + and the country code.',
    ru: 'Такого номера не существует. Проверьте цифры или начните номер с + и кода страны.',
  };

  constructor() {
    super({ errors: [{ field: 'phone', rule: 'phone', message: 'must be a phone number that can exist' }] });
  }
}

export class PhoneNotMobile extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'This number cannot receive text messages. Use a mobile phone.',
    ru: 'Этот номер не принимает СМС. Укажите мобильный телефон.',
  };

  constructor() {
    super({ errors: [{ field: 'phone', rule: 'mobile', message: 'Type a mobile phone, not a landline.' }] });
  }
}

export class EmailImpossible extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'This is no e-mail address that we can write to. Check it for mistakes.',
    ru: 'На такой адрес письмо не отправить. Проверьте, нет ли в нём ошибки.',
  };

  constructor() {
    super({ errors: [{ field: 'email', rule: 'emailText', message: 'must be an e-mail address' }] });
  }
}

export class EmailNotOffered extends DomainError {
  static readonly status = 422;
  static readonly code = 'email.not_offered';
  static readonly title = {
    en: 'We do not send e-mails here. Use a phone.',
    ru: 'Мы не отправляем письма. Укажите телефон.',
  };
}
