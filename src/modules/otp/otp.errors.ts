import { DomainError } from '../../common/domain-error.js';

export class CodeWrong extends DomainError {
  static readonly status = 401;
  static readonly code = 'otp.code_wrong';
  static readonly title = {
    en: 'That code is not right. Check the newest message and type its code.',
    ru: 'Код неверный. Введите код из самого нового сообщения.',
  };
  static readonly members = {
    attemptsLeft: { type: 'integer', minimum: 0, description: 'How many more codes may be tried.', example: 4 },
  } as const;

  constructor(attemptsLeft: number) {
    super({ extras: { attemptsLeft } });
  }
}

export class ChallengeOver extends DomainError {
  static readonly status = 410;
  static readonly code = 'otp.challenge_over';
  static readonly title = {
    en: 'This code can no longer be used. Ask for a new one.',
    ru: 'Этот код больше не действует. Запросите новый.',
  };
}

export class TooManyWrongCodes extends DomainError {
  static readonly status = 429;
  static readonly code = 'otp.too_many_wrong_codes';
  static readonly title = {
    en: 'Too many wrong codes came from your network. Try again later.',
    ru: 'Из вашей сети введено слишком много неверных кодов. Попробуйте позже.',
  };
}
