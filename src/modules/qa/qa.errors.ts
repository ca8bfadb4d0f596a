import { DomainError } from '../../common/domain-error.js';

export class NoMessageYet extends DomainError {
  static readonly status = 404;
  static readonly code = 'qa.no_message_yet';
  static readonly title = {
    en: 'No message was sent there yet. Ask for a code first, or wait with /qa/messages/wait.',
    ru: 'Туда ещё ничего не отправлено. Сначала запросите код или подождите через /qa/messages/wait.',
  };
}
