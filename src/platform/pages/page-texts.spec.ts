import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { possible, templates } from '../../../test/support/page-templates.js';
import { type Locale, LOCALES } from '../../common/locale.js';
import { PROJECT_ROOT } from '../../common/project-root.js';
import { PageTexts } from './page-texts.js';

const texts = new PageTexts(join(PROJECT_ROOT, 'views/texts'));

/** A text, or its plural forms, as they were written. */
const formsOf = (locale: Locale, key: string): Record<string, string> => {
  const text = texts.find(locale, key) ?? {};
  return typeof text === 'string' ? { only: text } : { ...text };
};

const valuesIn = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();

/** Keys with `*` where the model decides. */
function unknownKeys(locale: Locale, keys: readonly string[]): string[] {
  const known = texts.keys(locale);
  return keys.filter((key) => {
    const pattern = new RegExp(`^${key.replaceAll('.', '\\.').replaceAll('*', '[\\w.-]+')}$`);
    return !known.some((each) => pattern.test(each));
  });
}

describe('The texts of pages', () => {
  it('are the same in each language', () => {
    expect(texts.keys('ru').sort()).toEqual(texts.keys('en').sort());
  });

  it('show the same values in each language, and in each plural form', () => {
    const differing = texts.keys('en').filter((key) => {
      const shown = LOCALES.flatMap((locale) => Object.values(formsOf(locale, key)).map(valuesIn));
      return shown.some((values) => values.join() !== shown[0]?.join());
    });
    expect(differing).toEqual([]);
  });

  it.each(LOCALES)('have every plural form of their language: %s', (locale) => {
    const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
    const lacking = texts.keys(locale).filter((key) => {
      const forms = Object.keys(formsOf(locale, key));
      return forms.join() !== 'only' && forms.sort().join() !== [...pluralCategories].sort().join();
    });
    expect(lacking).toEqual([]);
  });

  it('are counted in each language where they are in one', () => {
    const isCounted = (locale: Locale, key: string) => !('only' in formsOf(locale, key));
    expect(texts.keys('en').filter((key) => isCounted('en', key) !== isCounted('ru', key))).toEqual([]);
  });

  it.each(LOCALES)('are there for whatever a template asks for: %s', (locale) => {
    const asked = templates().flatMap(({ calls }) =>
      calls.filter(({ name }) => name === 't' || name === 'tOr').flatMap(({ params: [key] }) => possible(key)),
    );
    expect(asked.length).toBeGreaterThan(100);
    expect(
      unknownKeys(
        locale,
        asked.filter((key) => key !== '*'),
      ),
    ).toEqual([]);
  });

  it.each(LOCALES)('are there for whatever is told after a form, and for the title of each page: %s', (locale) => {
    const told = sources().flatMap((source) =>
      [...source.matchAll(/['`](told\.[\w.-]+)(['`]|\$\{)/g)].map(([, key, end]) => key + (end === '${' ? '*' : '')),
    );
    expect(told.length).toBeGreaterThan(10);
    const titles = templates().flatMap(({ name }) => (name.startsWith('pages/') ? `${name.slice(6)}.title` : []));
    expect(unknownKeys(locale, [...told, ...titles.map((title) => title.replaceAll('/', '.'))])).toEqual([]);
  });

  it('that is not there is a mistake, not a gap on a page', () => {
    expect(() => texts.text('en', 'sign-in.nothing')).toThrow('no text “sign-in.nothing” in en');
  });

  it('speak the plural of their language, and write numbers as it does', () => {
    const said = (count: number) => texts.text('ru', 'confirm.attemptsLeft', { count });
    expect([1, 3, 5, 21].map(said)).toEqual([
      'Осталась 1 попытка.',
      'Осталось 3 попытки.',
      'Осталось 5 попыток.',
      'Осталась 21 попытка.',
    ]);
    expect(texts.text('en', 'confirm.attemptsLeft', { count: 1_000 })).toBe('1,000 attempts left.');
  });
});

/** What the application is made of. */
function sources(): string[] {
  const folder = join(PROJECT_ROOT, 'src');
  const files = readdirSync(folder, { recursive: true }).map(String);
  return files
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
