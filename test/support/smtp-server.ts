import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A mail as the server got it. */
export interface ReceivedMail {
  /** As in MAIL FROM and RCPT TO, without brackets. */
  readonly from: string;
  readonly to: string;
  /** Headers and body, as they came over the wire. */
  readonly content: string;
}

type Step = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'content' | 'RSET' | 'QUIT';
/** What steps are answered instead of the usual; `close` cuts the connection, `hang` says nothing for ever. */
export type SmtpBehaviour = Partial<Record<Step, string>>;

const USUAL: Record<Step, string> = {
  greeting: '220 mail.example.org ready',
  EHLO: '250-mail.example.org\r\n250 AUTH PLAIN',
  AUTH: '235 welcome',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  content: '250 2.0.0 taken',
  RSET: '250 ok',
  QUIT: '221 bye',
};

/** What mail servers are known to do. A refusal repeats the address, as real ones do. */
export const SMTP_BEHAVIOURS = {
  accepts: {},
  refusesRecipient: { RCPT: '550 5.1.1 <anna@example.com> is unknown here' },
  refusesSender: { MAIL: '553 5.7.1 <no-reply@id.example.org> is not yours' },
  refusesContent: { content: '554 5.7.1 spam for anna@example.com' },
  wantsLogin: { MAIL: '530 5.7.0 authentication required' },
  refusesLogin: { AUTH: '535 5.7.8 wrong password' },
  isBusyForRecipient: { RCPT: '451 4.7.1 <anna@example.com> greylisted' },
  isBusyForContent: { content: '451 4.3.0 try again' },
  hasNoRoom: { DATA: '452 4.3.1 no room' },
  refusesEverybody: { greeting: '554 go away' },
  isClosing: { MAIL: '421 closing' },
  closesAtOnce: { greeting: 'close' },
  closesBeforeData: { RCPT: 'close' },
  closesHalfWay: { content: 'close' },
  hangsAtOnce: { greeting: 'hang' },
  hangsBeforeData: { DATA: 'hang' },
  hangsAfterData: { content: 'hang' },
} as const satisfies Record<string, SmtpBehaviour>;

/** A mail server (RFC 5321) on a port of its own, which remembers what it was given. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  /** How often each step was reached. */
  readonly steps: Step[] = [];
  readonly logins: string[] = [];
  connections = 0;
  behaviour: SmtpBehaviour = {};
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async start(): Promise<SmtpServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    return new SmtpServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  reset(): void {
    for (const list of [this.mails, this.steps, this.logins]) list.length = 0;
    this.connections = 0;
    this.behaviour = {};
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    new Dialogue(this, socket).begin();
  }
}

/** One connection: reads commands, and the content after DATA. */
class Dialogue {
  private pending = '';
  private inContent = false;
  private from = '';
  private to = '';

  constructor(
    private readonly server: SmtpServer,
    private readonly socket: Socket,
  ) {}

  begin(): void {
    this.socket.setEncoding('utf8');
    this.socket.on('data', (chunk: string) => {
      this.pending += chunk;
      while (this.takeOne());
    });
    this.reply('greeting');
  }

  /** Answers whether there may be more. */
  private takeOne(): boolean {
    const end = this.inContent ? '\r\n.\r\n' : '\r\n';
    const at = this.pending.indexOf(end);
    if (at < 0) return false;
    const text = this.pending.slice(0, at);
    this.pending = this.pending.slice(at + end.length);
    if (this.inContent) this.receive(text);
    else this.obey(text);
    return true;
  }

  private obey(line: string): void {
    const step = line.slice(0, 4).toUpperCase() as Step;
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (step === 'MAIL') this.from = address;
    if (step === 'RCPT') this.to = address;
    if (step === 'AUTH') this.server.logins.push(Buffer.from(line.split(' ')[2] ?? '', 'base64').toString());
    this.inContent = this.reply(step).startsWith('354');
  }

  private receive(content: string): void {
    this.inContent = false;
    if (this.reply('content').startsWith('2')) this.server.mails.push({ from: this.from, to: this.to, content });
  }

  private reply(step: Step): string {
    this.server.steps.push(step);
    const reply = this.server.behaviour[step] ?? USUAL[step] ?? '502 what?';
    if (reply === 'close') this.socket.destroy();
    else if (reply !== 'hang') this.socket.write(`${reply}\r\n`);
    return reply;
  }
}
