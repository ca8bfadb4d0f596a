import type { SendMailOptions } from 'nodemailer';
import type { EmailMessage } from './email.provider.js';

/**
 * The same message always has the same Message-ID (RFC 5322 §3.6.4), in the domain of its sender.
 * @param from a mailbox, `Name <address>` or a bare address
 */
export function messageIdOf({ id }: Pick<EmailMessage, 'id'>, from: string): string {
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>\s*$/, '');
  return `<${id}@${domain}>`;
}

/** What every e-mail of ours has around its parts. */
export function envelopeOf(message: EmailMessage, from: string): SendMailOptions {
  return {
    from,
    // As an object: no text can pass for a second recipient.
    to: { name: '', address: message.to },
    subject: message.subject,
    messageId: messageIdOf(message, from),
    // Keeps out-of-office notes from answering (RFC 3834 §5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
