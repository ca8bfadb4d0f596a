import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder into which the service writes e-mails. */
export class Mailbox {
  folder;

  static async open() {
    const mailbox = new Mailbox();
    mailbox.folder = await mkdtemp(join(tmpdir(), 'latchkey-proof-mail-'));
    return mailbox;
  }

  /** The code in the e-mail of this id; undefined while it has not come. */
  async codeIn(messageId) {
    const name = (await readdir(this.folder)).find((each) => each.endsWith(`-${messageId}.eml`));
    if (name === undefined || name.startsWith('.')) return undefined;
    const [, body] = (await readFile(join(this.folder, name), 'utf8')).split(/text\/plain[^]*?\r\n\r\n/);
    return /(?<!\d)\d{6,8}(?!\d)/.exec(body)?.[0];
  }

  async remove() {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
