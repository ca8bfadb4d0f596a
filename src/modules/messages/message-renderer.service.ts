import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import hbs from 'hbs';
import { PROJECT_ROOT } from '../../common/project-root.js';
import { AppConfig, HttpConfig } from '../../config/config.js';
import type { Message } from './message.entity.js';
import { smsSegments } from './sms-length.js';

/** What a template is filled with. `code`, where there is one, is also bound to our origin in the last line of an SMS. */
export interface MessageView {
  readonly code?: string;
}

export interface RenderedMessage extends MessageView {
  readonly text: string;
}

type ViewOf = (params: Record<string, unknown>) => MessageView;
type RenderableMessage = Pick<Message, 'channel' | 'template' | 'locale' | 'params'>;

/** Turns message rows into texts. What a row must not hold, such as a code, is supplied by the module that owns it. */
@Injectable()
export class MessageRenderer {
  private readonly views = new Map<string, ViewOf>();
  private readonly templates = new Map<string, HandlebarsTemplateDelegate>();
  private readonly host: string;

  constructor(
    private readonly app: AppConfig,
    http: HttpConfig,
  ) {
    this.host = new URL(http.publicUrl).hostname;
  }

  /** Says how the parameters of a template become what it shows. */
  supply(template: string, viewOf: ViewOf): void {
    this.views.set(template, viewOf);
  }

  render(message: RenderableMessage): RenderedMessage {
    const view = this.views.get(message.template)?.(message.params) ?? {};
    const body = this.templateOf(message)({ ...view, product: this.app.productName }).trim();
    return { ...view, text: message.channel === 'sms' ? this.withOrigin(body, view.code) : body };
  }

  /** How many messages the operator bills for a text. */
  segments(channel: Message['channel'], text: string): number {
    return channel === 'sms' ? smsSegments(text) : 1;
  }

  /** The last line `@host #code` lets browsers fill the code in, and only on our pages (WICG origin-bound codes). */
  private withOrigin(body: string, code: string | undefined): string {
    if (!code) return body;
    const bound = `${body}\n@${this.host} #${code}`;
    return smsSegments(bound) === 1 ? bound : body;
  }

  private templateOf({ template, channel, locale }: RenderableMessage): HandlebarsTemplateDelegate {
    const name = `${template}.${channel}.${locale}.hbs`;
    const known = this.templates.get(name);
    if (known) return known;
    const source = readFileSync(join(PROJECT_ROOT, 'views/messages', name), 'utf8');
    const compiled = hbs.handlebars.compile(source, { noEscape: channel === 'sms', strict: true });
    this.templates.set(name, compiled);
    return compiled;
  }
}
