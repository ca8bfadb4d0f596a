import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import hbs from 'hbs';
import { PROJECT_ROOT } from '../../common/project-root.js';
import { AppConfig, HttpConfig } from '../../config/config.js';
import { smsSegments } from '../../platform/sms-length/sms-length.js';
import type { Message } from './message.entity.js';

/** What a template is filled with. `code`, where there is one, is also bound to our origin in the last line of an SMS. */
export interface MessageView {
  readonly code?: string;
}

export interface RenderedMessage extends MessageView {
  readonly text: string;
}

export interface RenderedEmail extends RenderedMessage {
  readonly subject: string;
  readonly html: string;
}

type ViewOf = (params: Record<string, unknown>, recipient: string) => MessageView;
/** Which text, on which channel, in which language. */
export type MessageText = Pick<Message, 'channel' | 'template' | 'locale'>;
type RenderableMessage = MessageText & Pick<Message, 'params' | 'recipient'>;

const EMAIL_LAYOUT = 'layouts/email.hbs';
const SUBJECT = 'Subject: ';

/**
 * Turns message rows into texts. What a row must not hold, such as a code, is supplied by the module that owns it.
 *
 * `views/messages/<template>.sms.<locale>.hbs` is the text of an SMS. `views/messages/<template>.email.<locale>.hbs` is an e-mail:
 * `Subject: …`, then paragraphs, each after an empty line. Its text part is these paragraphs; its HTML part is the layout
 * filled with them, so that the two cannot differ.
 */
@Injectable()
export class MessageRenderer {
  private readonly views = new Map<string, ViewOf>();
  private readonly templates = new Map<string, HandlebarsTemplateDelegate>();
  private readonly host: string;
  protected readonly folder: string = join(PROJECT_ROOT, 'views');

  constructor(
    private readonly app: AppConfig,
    http: HttpConfig,
  ) {
    this.host = new URL(http.publicUrl).hostname;
  }

  /** Says how the parameters of a template become what it shows its recipient. */
  supply(template: string, viewOf: ViewOf): void {
    this.views.set(template, viewOf);
  }

  render(message: RenderableMessage): RenderedMessage {
    return this.draft(message, this.viewOf(message));
  }

  renderEmail(message: RenderableMessage): RenderedEmail {
    return this.draftEmail(message, this.viewOf(message));
  }

  /** A text filled with a view, whoever would get it. */
  draft(text: MessageText, view: MessageView): RenderedMessage {
    if (text.channel === 'email') return this.draftEmail(text, view);
    return { ...view, text: this.withOrigin(this.fill(text, view), view.code) };
  }

  /** How many messages the operator bills for a text. */
  segments(channel: Message['channel'], text: string): number {
    return channel === 'sms' ? smsSegments(text) : 1;
  }

  private draftEmail(text: MessageText, view: MessageView): RenderedEmail {
    const [head = '', ...paragraphs] = this.fill(text, view)
      .split(/\n\s*\n/)
      .map((part) => part.trim());
    if (!head.startsWith(SUBJECT)) throw new Error(`${nameOf(text)} does not begin with “${SUBJECT}”`);
    const subject = head.slice(SUBJECT.length);
    const parts = paragraphs.map((paragraph) => ({ text: paragraph, isCode: paragraph === view.code }));
    const facts = { locale: text.locale, product: this.app.productName, subject, parts };
    return { ...view, subject, text: paragraphs.join('\n\n'), html: this.template(EMAIL_LAYOUT)(facts) };
  }

  private viewOf({ template, params, recipient }: RenderableMessage): MessageView {
    return this.views.get(template)?.(params, recipient) ?? {};
  }

  private fill(text: MessageText, view: MessageView): string {
    const template = this.template(`messages/${nameOf(text)}`, { noEscape: true });
    return template({ ...view, product: this.app.productName }).trim();
  }

  /** The last line `@host #code` lets browsers fill the code in, and only on our pages (WICG origin-bound codes). */
  private withOrigin(body: string, code: string | undefined): string {
    if (!code) return body;
    const bound = `${body}\n@${this.host} #${code}`;
    return smsSegments(bound) === 1 ? bound : body;
  }

  private template(name: string, options: CompileOptions = {}): HandlebarsTemplateDelegate {
    const known = this.templates.get(name);
    if (known) return known;
    const source = readFileSync(join(this.folder, name), 'utf8');
    const compiled = hbs.handlebars.compile(source, { strict: true, ...options });
    this.templates.set(name, compiled);
    return compiled;
  }
}

const nameOf = ({ template, channel, locale }: MessageText): string => `${template}.${channel}.${locale}.hbs`;

/** Where operators find a text. */
export const pathOf = (text: MessageText): string => `views/messages/${nameOf(text)}`;
