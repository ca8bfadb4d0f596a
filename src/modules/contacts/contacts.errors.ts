import { DomainError } from '../../common/domain-error.js';

export class ContactUnchanged extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'Your account has this contact already. Type another.',
    ru: 'Этот контакт уже указан в вашем аккаунте. Введите другой.',
  };

  constructor(field: 'phone' | 'email') {
    super({ errors: [{ field, rule: 'unchanged', message: 'Type a contact that is not yours already.' }] });
  }
}

export class NoSuchContact extends DomainError {
  static readonly status = 404;
  static readonly code = 'users.no_such_contact';
  static readonly title = {
    en: 'Your account has no such contact. Look at your profile again.',
    ru: 'В вашем аккаунте нет такого контакта. Проверьте профиль.',
  };
}
