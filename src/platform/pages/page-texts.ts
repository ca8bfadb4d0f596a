import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Locale, LOCALES } from '../../common/locale.js';

/** A text, or one for each plural form of a language (CLDR): `one`, `few`, `many`, `other`. */
type Text = string | Readonly<Record<string, string>>;
type Tree = { readonly [name: string]: string | Tree };

const PLURAL_FORMS = new Set(['zero', 'one', 'two', 'few', 'many', 'other']);

/**
 * The texts of pages: `views/texts/<locale>/<namespace>.json`. A text is called by its path, `sign-in.title`; `{name}` in it stands
 * for a value. A text with plural forms takes `count`.
 */
export class PageTexts {
  private readonly texts: Readonly<Record<Locale, ReadonlyMap<string, Text>>>;

  /** @param folder `views/texts` */
  constructor(folder: string) {
    this.texts = { en: textsIn(join(folder, 'en')), ru: textsIn(join(folder, 'ru')) };
  }

  /** @throws Error when there is no such text: a template names it wrongly */
  text(locale: Locale, key: string, values: Readonly<Record<string, unknown>> = {}): string {
    const text = this.find(locale, key);
    if (text === undefined) throw new Error(`no text “${key}” in ${locale}`);
    return fill(pluralOf(text, locale, values.count), locale, values);
  }

  /** Undefined where there is no such text. */
  find(locale: Locale, key: string): Text | undefined {
    return this.texts[locale].get(key);
  }

  keys(locale: Locale): string[] {
    return [...this.texts[locale].keys()];
  }
}

function pluralOf(text: Text, locale: Locale, count: unknown): string {
  if (typeof text === 'string') return text;
  const form = new Intl.PluralRules(locale).select(Number(count));
  return text[form] ?? text.other ?? '';
}

const fill = (text: string, locale: Locale, values: Readonly<Record<string, unknown>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name], locale));

function shown(value: unknown, locale: Locale): string {
  if (typeof value === 'number') return new Intl.NumberFormat(locale).format(value);
  return typeof value === 'string' ? value : '';
}

function textsIn(folder: string): ReadonlyMap<string, Text> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    files.flatMap((name) => {
      const tree = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Tree;
      return flat(tree, name.slice(0, -'.json'.length));
    }),
  );
}

function flat(tree: Tree, path: string): [string, Text][] {
  return Object.entries(tree).flatMap(([name, below]) => {
    const key = `${path}.${name}`;
    return typeof below === 'string' || isPlural(below) ? [[key, below as Text]] : flat(below, key);
  });
}

const isPlural = (tree: Tree): boolean => 'other' in tree && Object.keys(tree).every((name) => PLURAL_FORMS.has(name));

/** The locales that texts are there for, in the words of each. */
export const LANGUAGES = LOCALES.map((locale) => ({ locale, name: { en: 'English', ru: 'Русский' }[locale] }));
