import { startTestApp, type TestApp } from './app.js';
import { Collector } from './collector.js';
import { SmsAeroGateway } from './sms-aero-gateway.js';
import { SmtpServer } from './smtp-server.js';
import { World } from './world.js';

/** The application and a worker, each a process of its own as far as traces know, that tell one collector. */
export class TracedWorld {
  private constructor(
    readonly collector: Collector,
    readonly gateway: SmsAeroGateway,
    readonly mail: SmtpServer,
    readonly api: TestApp,
    readonly worker: TestApp,
  ) {}

  static async start(): Promise<TracedWorld> {
    const [collector, gateway, mail] = await Promise.all([
      Collector.start(),
      SmsAeroGateway.start(),
      SmtpServer.start(),
    ]);
    const settings = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=sign%2Din',
      SMS_PROVIDER: 'sms-aero',
      SMS_AERO_EMAIL: 'ops@example.org',
      SMS_AERO_API_KEY: 'k3y-of-the-account',
      SMS_AERO_URL: gateway.url,
      PUBLIC_URL: 'https://id.example.org',
      EMAIL_PROVIDER: 'smtp',
      SMTP_URL: `smtp://postman:s3cret-of-mail@127.0.0.1:${mail.port}?tls=optional`,
    };
    const api = await startTestApp({ ...settings, WORKER: 'separate', OTEL_SERVICE_NAME: 'api' });
    const worker = await startTestApp({ ...settings, OTEL_SERVICE_NAME: 'worker' }, api.database);
    return new TracedWorld(collector, gateway, mail, api, worker);
  }

  get people(): World {
    return new World(this.api);
  }

  /** Ends both, which sends what they have not sent yet. */
  async finish(): Promise<void> {
    await this.worker.close();
    await this.api.close();
    await Promise.all([this.gateway.close(), this.mail.close()]);
  }
}
