import { DomainError } from '../../common/domain-error.js';

export class UserNotFound extends DomainError {
  static readonly status = 404;
  static readonly code = 'users.not_found';
  static readonly title = {
    en: 'There is no such person. Check the id.',
    ru: 'Такого человека нет. Проверьте идентификатор.',
  };
}

export class UsernameTaken extends DomainError {
  static readonly status = 409;
  static readonly code = 'users.username_taken';
  static readonly title = {
    en: 'This username belongs to somebody else. Choose another.',
    ru: 'Это имя пользователя уже занято. Выберите другое.',
  };
}

/** Told only to somebody who has proven the contact, or to an administrator. */
export class ContactTaken extends DomainError {
  static readonly status = 409;
  static readonly code = 'users.contact_taken';
  static readonly title = {
    en: 'Another account has this contact. Sign in with it, or use a different one.',
    ru: 'Этот контакт принадлежит другому аккаунту. Войдите через него или укажите другой.',
  };
}

export class LastContact extends DomainError {
  static readonly status = 409;
  static readonly code = 'users.last_contact';
  static readonly title = {
    en: 'This is the last contact of the account. Add another before you remove it.',
    ru: 'Это последний контакт аккаунта. Добавьте другой, прежде чем удалить его.',
  };
}

export class LastAdmin extends DomainError {
  static readonly status = 409;
  static readonly code = 'users.last_admin';
  static readonly title = {
    en: 'This is the last administrator. Make somebody else one first.',
    ru: 'Это последний администратор. Сначала назначьте другого.',
  };
}

/** Others know the code of its phone. */
export class TestAccount extends DomainError {
  static readonly status = 409;
  static readonly code = 'users.test_account';
  static readonly title = {
    en: 'This is a test account, whose code others know, so it never becomes staff. Choose another person.',
    ru: 'Это тестовый аккаунт: его код знают другие, и сотрудником он не становится. Выберите другого человека.',
  };
}
