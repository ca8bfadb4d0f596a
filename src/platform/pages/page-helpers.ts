import type { HelperOptions } from 'handlebars';
import type Handlebars from 'handlebars';
import { type Locale } from '../../common/locale.js';
import type { PageAssets } from './page-assets.js';
import type { PageTexts } from './page-texts.js';

/** What a form was sent with, and why it was refused. */
export interface FormState {
  /** The path that it was sent to. */
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** By field. */
  readonly errors: Readonly<Record<string, string>>;
  /** What is wrong with none of its fields. */
  readonly problem?: string;
}

interface Root {
  readonly locale: Locale;
  readonly form?: FormState;
}

const UNSENT: Omit<FormState, 'path'> = { values: {}, errors: {} };
const rootOf = ({ data }: HelperOptions): Root => (data as { root: Root }).root;

const TIME: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  day: { dateStyle: 'medium' },
  minute: { dateStyle: 'medium', timeStyle: 'short' },
  second: { dateStyle: 'medium', timeStyle: 'medium' },
  clock: { timeStyle: 'medium' },
};

/** What templates may call. Whatever they answer is escaped by Handlebars, but for the marks of {@link timeElement}. */
export function registerHelpers(
  handlebars: typeof Handlebars,
  { texts, assets }: { texts: PageTexts; assets: PageAssets },
): void {
  handlebars.registerHelper({
    /** `{{t "confirm.sentTo" to=sentTo}}` */
    t: (key: string, options: HelperOptions) =>
      texts.text(rootOf(options).locale, key, options.hash as Record<string, unknown>),
    /** The same where there may be no such text: then what is given is shown. */
    tOr: (key: string, otherwise: unknown, options: HelperOptions) =>
      texts.find(rootOf(options).locale, key) === undefined ? otherwise : texts.text(rootOf(options).locale, key),
    /** `{{time createdAt}}`, `{{time createdAt "day"}}`: UTC, which a script turns into the time of the device. */
    time: (at: unknown, precision: unknown, options?: HelperOptions) =>
      timeElement(handlebars, at, { precision, locale: rootOf(options ?? (precision as HelperOptions)).locale }),
    number: (value: number, options: HelperOptions) => new Intl.NumberFormat(rootOf(options).locale).format(value),
    /** `{{#with (form "/profile/names") as |form|}}`: what was sent there just now. */
    form: (path: string, options: HelperOptions) => {
      const { form } = rootOf(options);
      return form?.path === path ? form : { path, ...UNSENT };
    },
    /** What stands in a field: what was typed there just now, else what is known. */
    typed: ({ values }: FormState, name: string, known: unknown) => (name in values ? values[name] : known),
    asset: (name: string) => assets.urlOf(name),
    eq: (one: unknown, other: unknown) => one === other,
    or: (...values: unknown[]) => values.slice(0, -1).find(Boolean),
    and: (...values: unknown[]) => values.slice(0, -1).every(Boolean),
    not: (value: unknown) => !value,
    /** `{{when isNew "new" "known"}}` */
    when: (value: unknown, then: unknown, otherwise: unknown) => (value ? then : otherwise),
    concat: (...values: unknown[]) => values.slice(0, -1).join(''),
    /** A value in a query or a path. */
    encode: (value: unknown) => encodeURIComponent(String(value)),
  });
}

function timeElement(
  handlebars: typeof Handlebars,
  at: unknown,
  { precision, locale }: { precision: unknown; locale: Locale },
): unknown {
  const date = at instanceof Date ? at : new Date(typeof at === 'string' ? at : NaN);
  if (Number.isNaN(date.getTime())) return '';
  const name = typeof precision === 'string' && precision in TIME ? precision : 'minute';
  const text = new Intl.DateTimeFormat(locale, { ...TIME[name], timeZone: 'UTC' }).format(date);
  const zone = name === 'day' ? '' : ' UTC';
  const shown = handlebars.escapeExpression(text + zone);
  return new handlebars.SafeString(`<time datetime="${date.toISOString()}" data-precision="${name}">${shown}</time>`);
}
