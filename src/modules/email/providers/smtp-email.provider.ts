import type { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { EmailConfig } from '../../../config/config.js';
import { traced } from '../../../platform/tracing/current-work.js';
import type { SpanStart } from '../../../platform/tracing/span.js';
import { EmailFailure, type EmailFailureKind } from '../email.errors.js';
import { type EmailMessage, EmailProvider, type EmailReceipt } from '../email.provider.js';
import { envelopeOf } from '../mail.js';

const CONNECTIONS = 5;
const ON_THIS_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Replies to these are about the message; to others, about us. */
const ABOUT_THE_MESSAGE = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);
/** What keeps us from handing over any message, and people put right. */
const ABOUT_US: Partial<Record<string, EmailFailureKind>> = { EAUTH: 'unauthorized', ETLS: 'no_tls' };
/** "Authentication required", which some servers say only to MAIL FROM (RFC 4954 §6). */
const LOGIN_FIRST = 530;

/** What nodemailer tells of an attempt that failed; `command` is the one that `responseCode` answers. */
interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
}

/** Any mail server (RFC 5321), by a few connections that stay open. */
@Injectable()
export class SmtpEmailProvider extends EmailProvider implements OnApplicationShutdown {
  readonly timeoutMs: number;
  private readonly transport;
  /** The content of each attempt under way, by its signal. nodemailer reads it only once the server has said yes to DATA. */
  private readonly contents = new WeakMap<AbortSignal, Readable>();

  constructor(private readonly config: EmailConfig) {
    super();
    this.timeoutMs = config.timeoutMs;
    this.transport = createTransport(optionsOf(config));
    this.transport.use('stream', ({ data: { signal }, message }, done) => {
      const create = message.createReadStream.bind(message);
      message.createReadStream = (options) => {
        const content = create(options);
        if (signal) this.contents.set(signal, content);
        return content;
      };
      done();
    });
  }

  send(message: EmailMessage): Promise<EmailReceipt> {
    return traced(
      () => spanOf(this.config),
      () => this.handOver(message),
    );
  }

  private async handOver(message: EmailMessage): Promise<EmailReceipt> {
    // Bounds the whole attempt, with its wait for a connection: the other timeouts bound each silence only.
    const signal = AbortSignal.timeout(this.timeoutMs);
    const { text, html } = message;
    try {
      const mail = { ...envelopeOf(message, this.config.from), text, html, signal };
      return { providerId: (await this.transport.sendMail(mail)).messageId };
    } catch (error) {
      throw new EmailFailure(kindOf(error as SmtpError, this.contents.get(signal)?.readableDidRead === true));
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

/** A password or a code goes to another machine encrypted, unless the URL says `?tls=optional`. */
function optionsOf({ smtpUrl, timeoutMs }: EmailConfig) {
  const url = new URL(smtpUrl);
  const { hostname, username, password, searchParams } = url;
  const secure = url.protocol === 'smtps:';
  return {
    pool: true as const,
    maxConnections: CONNECTIONS,
    // Trying again is the courier's business.
    maxRequeues: 0,
    ...serverOf(url),
    secure,
    requireTLS: !secure && !ON_THIS_MACHINE.has(hostname) && searchParams.get('tls') !== 'optional',
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
}

const serverOf = ({ protocol, hostname, port }: URL): { host: string; port: number } => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: Number(port) || (protocol === 'smtps:' ? 465 : 587),
});

/** Of the server, not of its credentials, which the URL holds too. */
function spanOf({ smtpUrl }: EmailConfig): SpanStart {
  const { host, port } = serverOf(new URL(smtpUrl));
  return {
    name: 'SMTP',
    kind: 'client',
    facts: { 'network.protocol.name': 'smtp', 'server.address': host, 'server.port': port },
  };
}

/** @param handedOver whether the server may have any of the message itself */
function kindOf(error: SmtpError, handedOver: boolean): EmailFailureKind {
  const about = error.responseCode === LOGIN_FIRST ? 'unauthorized' : ABOUT_US[error.code ?? ''];
  return about ?? kindOfReply(error) ?? kindOfSilence(error, handedOver);
}

function kindOfReply({ command = '', responseCode = 0 }: SmtpError): EmailFailureKind | undefined {
  if (responseCode < 400) return undefined;
  return responseCode >= 500 && ABOUT_THE_MESSAGE.has(command) ? 'rejected' : 'deferred';
}

function kindOfSilence({ code }: SmtpError, handedOver: boolean): EmailFailureKind {
  const outOfTime = code === 'EABORT' || code === 'ETIMEDOUT';
  if (handedOver) return outOfTime ? 'timeout' : 'connection_lost';
  // Nodemailer itself refuses an envelope that no server could take.
  if (code === 'EENVELOPE') return 'rejected';
  return outOfTime ? 'too_slow' : 'no_connection';
}
