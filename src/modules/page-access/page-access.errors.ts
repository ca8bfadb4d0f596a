import { DomainError } from '../../common/domain-error.js';

/** The form did not come from a page of ours, or from one that was opened before the last sign-in (ASVS 3.5.1). */
export class FormNotOurs extends DomainError {
  static readonly status = 403;
  static readonly code = 'pages.form_not_ours';
  static readonly title = {
    en: 'This form was open for too long, or did not come from this site. Open the page again and send it once more.',
    ru: 'Эта форма была открыта слишком долго или пришла не с этого сайта. Откройте страницу заново и отправьте ещё раз.',
  };
}
