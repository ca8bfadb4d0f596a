import { DomainError } from '../../common/domain-error.js';

export class UsernameReserved extends DomainError {
  static readonly status = 422;
  static readonly code = 'request.invalid';
  static readonly title = {
    en: 'This username is kept for the service itself. Choose another.',
    ru: 'Это имя оставлено за самим сервисом. Выберите другое.',
  };

  constructor() {
    const message = 'Choose a username that is not kept for the service itself.';
    super({ errors: [{ field: 'username', rule: 'usernameReserved', message }] });
  }
}
