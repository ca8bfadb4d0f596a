import { DomainError } from '../../common/domain-error.js';

export class InboxClosed extends DomainError {
  static readonly status = 401;
  static readonly code = 'inbox.closed';
  static readonly title = {
    en: 'The inbox is closed. Open /inbox and type its token.',
    ru: 'Сообщения закрыты. Откройте /inbox и введите токен.',
  };
}

export class InboxTokenWrong extends DomainError {
  static readonly status = 401;
  static readonly code = 'inbox.token_wrong';
  static readonly title = {
    en: 'This is not the token of the inbox. Ask whoever runs this service for QA_INBOX_TOKEN.',
    ru: 'Это не тот токен. Спросите QA_INBOX_TOKEN у тех, кто обслуживает этот сервис.',
  };
}
