import type { TestApp } from './app.js';
import type { BrowserStage } from './browser-stage.js';
import type { Answer } from './api.js';
import { makeInvited } from './invited.js';
import { plain } from './pictures.js';
import type { User } from './world.js';

const DAYS = 14;
const DAY_MS = 86_400_000;

const INVITED = [
  ['Boris', 'Orlov'],
  ['Vera', 'Smirnova'],
  ['Grigory', 'Lebedev'],
  ['Dina', 'Kuznetsova'],
  ['Egor', 'Volkov'],
  ['Zhanna', 'Morozova'],
  ['Ilya', 'Fedorov'],
  ['Kira', 'Sokolova'],
] as const;

/** People for pictures of pages: enough that every list shows life. */
export interface SmallWorld {
  /** Has a name, a picture, a second contact, and whom she invited. */
  readonly anna: User;
  /** Has just come, and has nothing. */
  readonly newcomer: User;
  /** Was blocked by the administrator, with a reason. */
  readonly blocked: User;
  readonly moderator: User;
  readonly admin: User;
}

export async function aSmallWorld({ app, world }: BrowserStage): Promise<SmallWorld> {
  const [anna, newcomer, blocked, moderator, admin] = await Promise.all([
    world.aUser({ phone: '+79161234567' }),
    world.aUser(),
    world.aUser(),
    world.aModerator(),
    world.anAdmin(),
  ]);
  const changes = { username: 'anna_ivanova', firstName: 'Anna', lastName: 'Ivanova', city: 'Kazan' };
  await done(anna.api.changeProfile(changes));
  await done(anna.api.upload('/api/v1/users/me/avatar', await aPicture()));
  await done(moderator.api.changeProfile({ firstName: 'Mikhail', lastName: 'Petrov' }));
  await done(admin.api.changeProfile({ firstName: 'Olga', lastName: 'Sergeeva' }));
  await done(blocked.api.changeProfile({ firstName: 'Timur', lastName: 'Nikitin' }));
  await done(admin.api.changePerson(blocked.id, { status: 'blocked', blockedReason: 'Sold invitations' }));
  await invitations(app, anna);
  await app.delivered();
  return { anna, newcomer, blocked, moderator, admin };
}

async function done(answer: Promise<Answer<unknown>>): Promise<void> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(`The small world was answered ${status}: ${text}`);
}

const aPicture = async (): Promise<Blob> =>
  new Blob([new Uint8Array(await plain(256, 256).png().toBuffer())], { type: 'image/png' });

/** Some invited by Anna, more by those whom she invited, over two weeks. */
async function invitations(app: TestApp, anna: User): Promise<void> {
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
  const first = INVITED.map(([firstName, lastName], nth) => ({
    firstName,
    lastName,
    via: (['link', 'qr', 'typed'] as const)[nth % 3],
    at: daysAgo(DAYS - nth),
  }));
  const invited = await makeInvited(app, anna.id, first);
  for (const [nth, { id }] of invited.slice(0, 5).entries()) {
    const second = Array.from({ length: 6 - nth }, (_, n) => ({
      firstName: 'Guest',
      lastName: `${nth + 1}.${n + 1}`,
      at: daysAgo(n + 1),
    }));
    await makeInvited(app, id, second);
  }
  await app.sql(
    `INSERT INTO invite_days (day, opens)
     SELECT ((clock_now() AT TIME ZONE 'UTC')::date - day), 5 + day * 7 % 11 FROM generate_series(1, $1::int) AS day
     ON CONFLICT (day) DO NOTHING`,
    [DAYS],
  );
}
