import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type CheckResult, HealthRegistry } from '../../platform/observability/health.registry.js';
import { Metrics } from '../../platform/observability/metrics.js';
import { EveryTenMinutes } from '../../platform/schedule/periodic.js';
import { SmsFailure, type SmsFailureKind } from './sms.errors.js';
import { SmsProvider } from './sms.provider.js';

/** In roubles: some twenty messages. */
const LOW_BALANCE = 100;

const BALANCE_HELP =
  'All processes: what is left in the account of the SMS provider, as this one saw it within ten minutes; missing where nothing is known';

const UNREACHABLE =
  'The SMS provider cannot be reached. Let this machine connect to the host of SMS_AERO_URL; some networks reach https://gate.smsaero.org/v2/ better.';

/** What is wrong with the account, and what to do. */
const ADVICE: Partial<Record<SmsFailureKind, string>> = {
  unauthorized:
    'The SMS provider refuses the credentials, so no SMS goes out. Set SMS_AERO_EMAIL and SMS_AERO_API_KEY to what its settings show under API.',
  address_not_allowed:
    'The SMS provider refuses the address of this machine, so no SMS goes out. Allow it in the settings of the account, and see whether SMS_AERO_URL is right.',
  no_money: 'The SMS account is empty, so no SMS goes out. Top it up.',
  no_connection: UNREACHABLE,
  connection_lost: UNREACHABLE,
  timeout: UNREACHABLE,
};
const OTHERWISE =
  'The SMS provider does not tell how the account is. See whether SMS_AERO_URL is right, and ask its support if this goes on.';

/**
 * Looks at the account of the SMS provider when the process starts and every ten minutes, warns, and shows the last result
 * among the details of readiness. Nothing waits for it and nothing stops because of it: who signs in by e-mail or password
 * needs no SMS.
 */
@Injectable()
export class SmsAccountCheck implements OnApplicationBootstrap {
  private readonly logger = new Logger(SmsAccountCheck.name);
  private last?: CheckResult;

  constructor(
    private readonly provider: SmsProvider,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.health.inform('sms', () => this.last);
    this.metrics.gauge({ name: 'latchkey_sms_balance_roubles', help: BALANCE_HELP }, () =>
      this.last?.balance === undefined ? [] : [[{}, this.last.balance]],
    );
    void this.look();
  }

  @EveryTenMinutes('sms.look_at_account')
  async look(): Promise<void> {
    const start = performance.now();
    const elapsed = () => Math.round(performance.now() - start);
    try {
      const { balance } = await this.provider.account();
      this.note({ status: 'ok', ms: elapsed(), ...(balance !== undefined && { balance }) });
    } catch (error) {
      this.note({ status: 'failed', ms: elapsed() });
      this.warnOf(error);
    }
  }

  private note(result: CheckResult): void {
    if (this.last?.status === 'failed' && result.status === 'ok') this.logger.log('The SMS account works again.');
    this.last = result;
    const { balance = LOW_BALANCE } = result;
    if (balance < LOW_BALANCE)
      this.logger.warn(`The SMS account holds ${balance} roubles. Top it up before no SMS goes out.`);
  }

  private warnOf(error: unknown): void {
    const advice = error instanceof SmsFailure ? ADVICE[error.kind] : undefined;
    const cause = error instanceof Error ? error.message : 'unknown error';
    this.logger.warn(`${advice ?? OTHERWISE} [${cause}]`);
  }
}
