import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CannotStart } from '../../common/cannot-start.js';
import { LOCALES } from '../../common/locale.js';
import { AppConfig } from '../../config/config.js';
import { MessageRenderer, type MessageText, type MessageView, pathOf } from './message-renderer.service.js';

/** Every text that we send, filled with the longest that it can show beside the name of the product. */
const TEXTS = {
  'otp-code': { code: '88888888' },
  'notice-password-changed': {},
  'notice-contact-changed': {},
  'notice-contact-added': {},
  'notice-contact-removed': {},
  'notice-role-changed': {},
  'notice-blocked': {},
  'notice-unblocked': {},
  'notice-profile-changed': {},
  'notice-sessions-ended': {},
  'notice-account-deleted': {},
} satisfies Record<string, MessageView>;

export type Template = keyof typeof TEXTS;

/**
 * Reads every text before anything is sent: operators may bring texts of their own, and what is wrong with one would show only in
 * the message that does not come, or on the bill.
 */
@Injectable()
export class MessageTexts implements OnModuleInit {
  constructor(
    private readonly renderer: MessageRenderer,
    private readonly app: AppConfig,
  ) {}

  /** @throws CannotStart with every mistake, a sentence a line */
  onModuleInit(): void {
    const mistakes = Object.entries(TEXTS).flatMap(([template, view]) =>
      (['sms', 'email'] as const).flatMap((channel) =>
        LOCALES.flatMap((locale) => this.mistakeIn({ template, channel, locale }, view) ?? []),
      ),
    );
    if (mistakes.length > 0) throw new CannotStart(['The texts of messages hold mistakes:', ...mistakes].join('\n'));
  }

  private mistakeIn(text: MessageText, view: MessageView): string | undefined {
    const path = pathOf(text);
    try {
      const filled = this.renderer.draft(text, view).text;
      if (!withoutOrigin(filled).includes(view.code ?? ''))
        return `${path} does not show the code: write {{code}} into it.`;
      if (filled === '') return `${path} is empty: write a text.`;
      return this.renderer.segments(text.channel, filled) === 1 ? undefined : this.tooLong(path, view);
    } catch (error) {
      const shown = ['product', ...Object.keys(view)].map((field) => `{{${field}}}`).join(' and ');
      return `${path} ${reasonOf(error)}. It may show ${shown}.`;
    }
  }

  private tooLong(path: string, { code }: MessageView): string {
    const { productName } = this.app;
    const filled = code
      ? `PRODUCT_NAME ${productName} and a code of ${code.length} digits`
      : `PRODUCT_NAME ${productName}`;
    return `${path} is more than one SMS with ${filled}: shorten the text, or choose a shorter PRODUCT_NAME.`;
  }
}

/** Without the last line, which is not there in every message. */
const withoutOrigin = (text: string): string => text.replace(/\n@.*$/, '');

/** What the reader of files and templates says, in one line. */
function reasonOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'is missing: write it';
  const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
  return `cannot be used: ${line.replace(/:$/, '')}`;
}
