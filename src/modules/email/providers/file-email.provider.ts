import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { EmailConfig } from '../../../config/config.js';
import { EmailFailure } from '../email.errors.js';
import { type EmailMessage, EmailProvider, type EmailReceipt } from '../email.provider.js';
import { envelopeOf } from '../mail.js';

/** They hold codes and addresses: for their owner only. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** For development: one `.eml` a message, which mail programs and text editors open. Production refuses it. */
@Injectable()
export class FileEmailProvider extends EmailProvider {
  readonly timeoutMs: number;
  private readonly composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(private readonly config: EmailConfig) {
    super();
    this.timeoutMs = config.timeoutMs;
  }

  async send(message: EmailMessage): Promise<EmailReceipt> {
    const { message: mime, messageId } = await this.composer.sendMail({
      ...envelopeOf(message, this.config.from),
      alternatives: [part('text/plain', message.text), part('text/html', message.html)],
    });
    try {
      await this.write(message.id, mime as Buffer);
    } catch {
      throw new EmailFailure('not_written');
    }
    return { providerId: messageId };
  }

  /** Whoever watches the folder sees whole messages only. */
  private async write(id: string, mime: Buffer): Promise<void> {
    const { folder } = this.config;
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${id}.eml`;
    const unfinished = join(folder, `.${name}.tmp`);
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    try {
      await writeFile(unfinished, mime, { mode: FILE_MODE, flag: 'wx' });
      await rename(unfinished, join(folder, name));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }
}

/** As it is, where nodemailer would write base64: people read these files. */
const part = (type: string, content: string) => ({
  raw: `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${content.replace(/\r?\n/g, '\r\n')}`,
});
