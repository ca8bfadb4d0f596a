import { randomBytes } from 'node:crypto';
import type { Api } from './api.js';
import { type Overrides, startTestApp, type TestApp } from './app.js';
import { eventually } from './eventually.js';
import { SmsAeroGateway } from './sms-aero-gateway.js';
import { type Visitor, World } from './world.js';

export interface SentMessage {
  readonly id: string;
  /** The gateway's id of it. */
  readonly providerId: string;
  /** Where the gateway was told to call back, without the origin. */
  readonly callback: string;
}

/** The application beside a gateway of SMS Aero, under an address that the gateway could reach. */
export class SmsAeroApp {
  readonly world: World;

  private constructor(
    readonly app: TestApp,
    readonly gateway: SmsAeroGateway,
  ) {
    this.world = new World(app);
  }

  static async start(overrides: Overrides = {}): Promise<SmsAeroApp> {
    const gateway = await SmsAeroGateway.start();
    const account = { SMS_AERO_EMAIL: 'ops@example.org', SMS_AERO_API_KEY: 'k3y', SMS_AERO_URL: gateway.url };
    const app = await startTestApp({
      SMS_PROVIDER: 'sms-aero',
      // Long enough that a busy machine is not taken for a gateway that hangs.
      SMS_TIMEOUT_MS: '3000',
      PUBLIC_URL: 'https://id.example.org',
      ...account,
      ...overrides,
    });
    return new SmsAeroApp(app, gateway);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.gateway.close();
  }

  /** The message that was handed over last for a visitor, once that is written down. */
  async sentTo(visitor: Visitor): Promise<SentMessage> {
    return eventually(async () => {
      const [row] = await this.app.sql<Omit<SentMessage, 'callback'>>(
        `SELECT id, provider_id AS "providerId" FROM messages WHERE recipient = $1 AND state = 'sent' ORDER BY id DESC`,
        [visitor.phone],
      );
      const asked = this.gateway.requests.filter(({ number }) => `+${number}` === visitor.phone).at(-1);
      if (!row || !asked) throw new Error('nothing was sent yet');
      return { ...row, callback: asked.callbackUrl?.replace('https://id.example.org', '') ?? '' };
    });
  }

  /** Somebody to whom a code was sent. */
  async aVisitorWithMessage(): Promise<{ visitor: Visitor; message: SentMessage }> {
    const visitor = this.world.aVisitor();
    expect(await visitor.requestCode()).toMatchObject({ status: 202 });
    return { visitor, message: await this.sentTo(visitor) };
  }

  /** Calls back as the gateway does. */
  callBack({ callback }: Pick<SentMessage, 'callback'>, as: 'json' | 'form' = 'json'): ReturnType<Api['send']> {
    const { api } = this.world.aVisitor();
    const [type, body] = as === 'json' ? ['application/json', '{"id":1,"status":1}'] : [FORM, 'id=1&status=1'];
    return api.send(callback, { method: 'POST', headers: { 'content-type': type }, body });
  }

  async stateOf({ id }: Pick<SentMessage, 'id'>): Promise<string | undefined> {
    const [row] = await this.app.sql<{ state: string }>('SELECT state FROM messages WHERE id = $1', [id]);
    return row?.state;
  }

  /** How often the gateway was asked about a message. */
  timesAsked({ providerId }: Pick<SentMessage, 'providerId'>): number {
    return this.gateway.calls.filter(
      ({ path, body }) => path === 'sms/status' && String((body as { id?: unknown }).id) === providerId,
    ).length;
  }
}

const FORM = 'application/x-www-form-urlencoded';

/** A token of the right form that nobody made. */
export const forgedToken = (): string => randomBytes(32).toString('base64url');
