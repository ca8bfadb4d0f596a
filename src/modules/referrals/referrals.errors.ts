import { DomainError } from '../../common/domain-error.js';

export class CodeUnknown extends DomainError {
  static readonly status = 404;
  static readonly code = 'referrals.code_unknown';
  static readonly title = {
    en: 'Nobody has this invite code. Check it with whoever gave it to you.',
    ru: 'Такого кода приглашения ни у кого нет. Уточните его у того, кто его вам дал.',
  };
}

export class OwnCode extends DomainError {
  static readonly status = 409;
  static readonly code = 'referrals.own_code';
  static readonly title = {
    en: 'This is your own invite code. Activate one that somebody else gave you.',
    ru: 'Это ваш собственный код приглашения. Активируйте тот, что вам дал кто-то другой.',
  };
}

/** One code in a lifetime: the problem tells which. */
export class AlreadyActivated extends DomainError {
  static readonly status = 409;
  static readonly code = 'referrals.already_activated';
  static readonly title = {
    en: 'You have activated an invite code already, and it cannot be replaced by another.',
    ru: 'Вы уже активировали код приглашения, и заменить его другим нельзя.',
  };
  static readonly members = {
    activatedInviteCode: { type: 'string', description: 'The code that was activated.', example: '7HX2QC' },
  };

  constructor(activatedInviteCode: string) {
    super({ extras: { activatedInviteCode } });
  }
}

/** Deleting an account, or changing a number, does not give a second code. */
export class ActivatedBefore extends DomainError {
  static readonly status = 409;
  static readonly code = 'referrals.activated_before';
  static readonly title = {
    en: 'Another account that had your phone or e-mail address has activated an invite code, so this one cannot.',
    ru: 'Код приглашения уже активировал другой аккаунт с вашим телефоном или почтой, поэтому этот не может.',
  };
}

/** Whoever owns the code was invited by this person, or by somebody whom this person invited, and so on. */
export class InviteCycle extends DomainError {
  static readonly status = 409;
  static readonly code = 'referrals.cycle';
  static readonly title = {
    en: 'Whoever owns this code came by your invitation. Activate the code of somebody else.',
    ru: 'Владелец этого кода сам пришёл по вашему приглашению. Активируйте код кого-нибудь другого.',
  };
}

/** Others know the code of its phone: whoever came by it would be invented. */
export class NotForTestAccounts extends DomainError {
  static readonly status = 403;
  static readonly code = 'referrals.not_for_test_accounts';
  static readonly title = {
    en: 'A test account takes no part in invitations. Sign in with a phone of your own to activate a code.',
    ru: 'Тестовый аккаунт не участвует в приглашениях. Чтобы активировать код, войдите со своим телефоном.',
  };
}

export class CodeRetired extends DomainError {
  static readonly status = 410;
  static readonly code = 'referrals.code_retired';
  static readonly title = {
    en: 'This invite code is no longer valid. Ask whoever gave it to you for a new one.',
    ru: 'Этот код приглашения больше не действует. Попросите новый у того, кто его вам дал.',
  };
}

export class TooManyUnknownCodes extends DomainError {
  static readonly status = 429;
  static readonly code = 'referrals.too_many_unknown_codes';
  static readonly title = {
    en: 'Too many invite codes were typed that nobody has. Check yours, and try again later.',
    ru: 'Введено слишком много кодов приглашения, которых ни у кого нет. Проверьте свой и попробуйте позже.',
  };
}

/** Who comes under whom is settled one after the other, and that takes too long just now. */
export class ActivationBusy extends DomainError {
  static readonly status = 503;
  static readonly code = 'referrals.busy';
  static readonly title = {
    en: 'Too many people are activating invite codes right now. Try again in a few seconds.',
    ru: 'Сейчас слишком много людей активируют коды приглашения. Попробуйте снова через несколько секунд.',
  };

  constructor() {
    super({ retryAfterSeconds: 2 });
  }
}

export class RotatedRecently extends DomainError {
  static readonly status = 429;
  static readonly code = 'referrals.rotated_recently';
  static readonly title = {
    en: 'You have changed your invite code within the last day. Change it again tomorrow.',
    ru: 'Вы уже меняли код приглашения за последние сутки. Смените его завтра.',
  };
}

/** The refusals of a route that activates a code, for its documentation. */
export const ACTIVATION_ERRORS = [
  CodeUnknown,
  OwnCode,
  AlreadyActivated,
  ActivatedBefore,
  NotForTestAccounts,
  InviteCycle,
  CodeRetired,
  TooManyUnknownCodes,
  ActivationBusy,
] as const;
