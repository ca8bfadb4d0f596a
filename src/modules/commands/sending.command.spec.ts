import { keepWarnings } from '../../../test/support/logged.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { CannotStart } from '../../common/cannot-start.js';
import { TransportBreaker } from '../sending/transport-breaker.service.js';
import { AdminCommand } from './admin.command.js';
import { CommandsModule } from './commands.module.js';

keepWarnings();
let world: ServicesWorld;

beforeEach(async () => {
  world = await ServicesWorld.start([CommandsModule]);
});

afterEach(() => world.close());

const run = (...args: string[]): Promise<string> => world.get(AdminCommand).run(args);
const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`;
const CLOSED = String.raw`The breaker is closed; messages that failed in a row: 0\.`;
const lines = (...patterns: string[]) => new RegExp(`^${patterns.join('\n')}$`);

describe('npm run admin -- sending', () => {
  it('shows the switch that nobody has touched', async () => {
    expect(await run('sending')).toMatch(lines(String.raw`Sending SMS is on\.`, CLOSED));
  });

  it('turns it off with a reason or without, and on, and shows it', async () => {
    const off = lines(String.raw`Sending SMS is off since ${TIME}: A flood from abroad\.`, CLOSED);
    expect(await run('sending', 'off', 'A flood', 'from abroad')).toMatch(off);
    expect(await run('sending')).toMatch(off);
    expect(await run('sending', 'off')).toMatch(lines(String.raw`Sending SMS is off since ${TIME}\.`, CLOSED));
    expect(await run('sending', 'on')).toMatch(lines(String.raw`Sending SMS is on since ${TIME}\.`, CLOSED));
  });

  it('is written down as done by nobody', async () => {
    await run('sending', 'off', 'A flood');
    expect(await world.sql('SELECT action, actor_id AS actor, details FROM audit_entries')).toEqual([
      { action: 'messages.sending_changed', actor: null, details: { by: 'cli', channel: 'sms', enabled: false } },
    ]);
  });

  it('shows why the breaker is open and when it will try again, and that turning it on makes it try now', async () => {
    await world.get(TransportBreaker).report('sms', ['no_money']);
    const open = String.raw`The breaker is open until ${TIME}: no_money\.`;
    expect(await run('sending')).toMatch(lines(String.raw`Sending SMS is on\.`, open));
    const tries = String.raw`The breaker was open until ${TIME}: no_money\. The next message is tried alone\.`;
    expect(await run('sending', 'on')).toMatch(lines(String.raw`Sending SMS is on since ${TIME}\.`, tries));
  });

  it.each([[['maybe']], [['ON']], [['off', 'x'.repeat(201)]], [['--reason', 'x']]])(
    'says how, called wrongly: %j',
    async (words) => {
      const failure: unknown = await run('sending', ...words).catch((reason: unknown) => reason);
      expect(failure).toBeInstanceOf(CannotStart);
      expect((failure as CannotStart).message).toMatch(/^Usage:\n.*\n {2}npm run admin -- sending \[on \| off/s);
      expect(await run('sending')).toMatch(/^Sending SMS is on\./);
    },
  );
});
