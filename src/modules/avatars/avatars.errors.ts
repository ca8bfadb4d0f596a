import { DomainError, type ErrorFacts } from '../../common/domain-error.js';

/** What came is no PNG, JPEG or WebP, whatever it says of itself. */
export class PictureTypeUnsupported extends DomainError {
  static readonly status = 415;
  static readonly code = 'avatars.type_unsupported';
  static readonly title = {
    en: 'This is not a PNG, JPEG or WebP picture. Choose one of these.',
    ru: 'Это не картинка PNG, JPEG или WebP. Выберите файл одного из этих видов.',
  };
}

/** The picture is damaged, cut off, or takes too long to read. */
export class PictureUnreadable extends DomainError {
  static readonly status = 422;
  static readonly code = 'avatars.picture_unreadable';
  static readonly title = {
    en: 'This picture is damaged. Choose another one.',
    ru: 'Эта картинка повреждена. Выберите другую.',
  };
}

export class TooManyPixels extends DomainError {
  static readonly status = 422;
  static readonly code = 'avatars.too_many_pixels';
  static readonly title = {
    en: 'This picture has more than 25 megapixels. Make it smaller, or choose another one.',
    ru: 'В этой картинке больше 25 мегапикселей. Уменьшите её или выберите другую.',
  };
}

/** More pictures of one person than anybody needs. */
export class TooManyPictures extends DomainError {
  static readonly status = 429;
  static readonly code = 'avatars.too_many_pictures';
  static readonly title = {
    en: 'You have sent too many pictures. Try again later.',
    ru: 'Вы прислали слишком много картинок. Попробуйте позже.',
  };
}

/** Others’ pictures are being worked on, and the line is full. */
export class PicturesBusy extends DomainError {
  static readonly status = 503;
  static readonly code = 'avatars.busy';
  static readonly title = {
    en: 'Too many pictures are being worked on right now. Try again in a few seconds.',
    ru: 'Сейчас обрабатывается слишком много картинок. Попробуйте через несколько секунд.',
  };

  constructor(facts: ErrorFacts = {}) {
    super({ retryAfterSeconds: 3, ...facts });
  }
}

/** Nobody has a picture under this id; who changes or removes theirs leaves none under the old one. */
export class AvatarNotFound extends DomainError {
  static readonly status = 404;
  static readonly code = 'avatars.not_found';
  static readonly title = {
    en: 'There is no picture at this address. Read the profile again for the current one.',
    ru: 'По этому адресу картинки нет. Прочитайте профиль заново: там адрес текущей.',
  };
}
