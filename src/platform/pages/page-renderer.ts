import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Injectable } from '@nestjs/common';
import hbs from 'hbs';
import { PROJECT_ROOT } from '../../common/project-root.js';
import type { Locale } from '../../common/locale.js';
import { AppConfig } from '../../config/config.js';
import { PageAssets } from './page-assets.js';
import { type FormState, registerHelpers } from './page-helpers.js';
import { LANGUAGES, PageTexts } from './page-texts.js';

/** What stands around every page. */
export interface PageFrame {
  readonly locale: Locale;
  /** Of the page, to come back to. */
  readonly path: string;
  readonly csrfToken: string;
  /** Whoever is signed in. */
  readonly viewer?: { readonly name: string; readonly isStaff: boolean; readonly isAdmin: boolean };
  /** Whether everybody may read the message inbox here. */
  readonly inboxIsOpen: boolean;
  /** Key of the text that tells what was done just now. */
  readonly told?: string;
  readonly form?: FormState;
}

const EXTENSION = '.hbs';

/**
 * Makes pages of `views/pages/<view>.hbs`, which `views/layouts/page.hbs` stands around; `views/partials/*.hbs` are parts of both. A
 * page's title is the text `<view>.title`.
 */
@Injectable()
export class PageRenderer {
  readonly texts: PageTexts;
  readonly assets: PageAssets;
  private readonly handlebars = hbs.create().handlebars;
  private readonly pages = new Map<string, HandlebarsTemplateDelegate>();
  private readonly layout: HandlebarsTemplateDelegate;

  constructor(private readonly app: AppConfig) {
    const views = join(PROJECT_ROOT, 'views');
    this.texts = new PageTexts(join(views, 'texts'));
    this.assets = new PageAssets(join(views, 'assets'));
    registerHelpers(this.handlebars, this);
    for (const [name, source] of templatesIn(join(views, 'partials'))) this.handlebars.registerPartial(name, source);
    for (const [name, source] of templatesIn(join(views, 'pages'))) this.pages.set(name, this.compile(source));
    this.layout = this.compile(readFileSync(join(views, 'layouts/page.hbs'), 'utf8'));
  }

  /** The names of all pages. */
  get views(): string[] {
    return [...this.pages.keys()];
  }

  /** @returns HTML */
  render(view: string, model: object, frame: PageFrame): string {
    const page = this.pages.get(view);
    if (!page) throw new Error(`no page “${view}”`);
    const title = this.texts.text(frame.locale, `${view.replaceAll('/', '.')}.title`);
    const root = {
      ...model,
      ...frame,
      view,
      title,
      toldIsBad: frame.told?.split('.')[1] === 'bad',
      product: this.app.productName,
      languages: LANGUAGES,
      styles: this.assets.styles,
    };
    const body = page(root);
    // The page of a refusal tells in its own words why.
    return this.layout({ ...root, body, unsaid: view === 'refused' ? [] : this.unsaidIn(body, frame) });
  }

  /** Why a form was refused which the page no longer has: what it asks for was done meanwhile. */
  private unsaidIn(body: string, { form }: PageFrame): string[] {
    const said = form ? [form.problem ?? '', ...Object.values(form.errors)] : [];
    const isSaid = (text: string): boolean => body.includes(this.handlebars.escapeExpression(text));
    return [...new Set(said)].filter((text) => !isSaid(text));
  }

  private compile(source: string): HandlebarsTemplateDelegate {
    return this.handlebars.compile(source);
  }
}

function templatesIn(folder: string): [string, string][] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter(({ name }) => name.endsWith(EXTENSION))
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path).slice(0, -EXTENSION.length).replaceAll('\\', '/'), readFileSync(path, 'utf8')];
    });
}
