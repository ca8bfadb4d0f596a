import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { CliModule } from '../../src/cli.module.js';
import type { Config } from '../../src/config/config.js';
import { KeysCommand } from '../../src/modules/tokens/keys.command.js';
import { Api } from '../support/api.js';
import { configFor, startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { bearer, type Visitor, wrongFor, World } from '../support/world.js';

const [OLD, NEW] = ['f7Xq2Lw9Zk4Xs1Rt6Np3Mc8Yb5Hd0Jf7Gu2', 'p0Vn6bQs3Ty8Wz1Xc5Kd9Lf2Gh7Jm4Ra8E'];

const ANOTHER = 'sealed under another APP_SECRET. Start with that one again';

// Each starts several applications, which takes its time on a busy machine.
jest.setTimeout(60_000);

let database: TestDatabase;
let running: TestApp[];

beforeEach(async () => {
  database = await createTestDatabase();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((app) => app.close()));
  await database.drop();
});

/** A process with these secrets; only the first carries messages, unless told otherwise. */
async function aProcess(secret: string, previous?: string, worker = running.length === 0): Promise<TestApp> {
  const overrides = { APP_SECRET: secret, APP_SECRET_PREVIOUS: previous, WORKER: worker ? 'embedded' : 'separate' };
  const app = await startTestApp(overrides, database);
  running.push(app);
  return app;
}

async function stop(...apps: TestApp[]): Promise<void> {
  running = running.filter((app) => !apps.includes(app));
  await Promise.all(apps.map((app) => app.close()));
}

/** The same browser, whose requests come to another process. */
const at = (app: TestApp, { address }: Visitor, token?: string) =>
  new Api(app.url, { 'x-forwarded-for': address, ...(token === undefined ? {} : bearer(token)) });

describe('While APP_SECRET is being changed, with one process after the other', () => {
  it('a code that was asked for before is typed after, whoever carries it, and the other way round', async () => {
    const before = await aProcess(OLD);
    const after = await aProcess(NEW, OLD);
    const pairs = [
      [before, after],
      [after, before],
    ] as const;
    for (const [asked, typed] of pairs) {
      const visitor = new World(asked).aVisitor();
      await visitor.requestCode();
      const code = await visitor.readCode();
      const { body } = await at(typed, visitor).latestMessage(`to=${encodeURIComponent(visitor.phone)}`);
      expect(body.code).toBe(code);
      expect(await at(typed, visitor).verify(visitor.challengeId, code)).toMatchObject({ status: 201 });
    }
  });

  it('nobody is signed out: both kinds of process believe the tokens of the other, and give the same successor', async () => {
    const before = await aProcess(OLD);
    const after = await aProcess(NEW, OLD);
    for (const [one, other] of [
      [before, after],
      [after, before],
    ] as const) {
      const user = await new World(one).aUser();
      expect(await at(other, user, user.tokens.accessToken).me()).toMatchObject({ status: 200 });
      const { refreshToken } = user.tokens;
      const [first, second] = await Promise.all([
        at(one, user).refresh(refreshToken),
        at(other, user).refresh(refreshToken),
      ]);
      expect(first).toMatchObject({ status: 200, body: { refreshToken: second.body.refreshToken } });
      const next = await at(one, user).refresh(second.body.refreshToken);
      expect(await at(other, user).refresh(next.body.refreshToken)).toMatchObject({ status: 200 });
    }
  });

  it('a request that is repeated at a process of the other kind gets the same answer', async () => {
    const before = await aProcess(OLD);
    const after = await aProcess(NEW, OLD);
    const visitor = new World(before).aVisitor();
    const key = { 'idempotency-key': randomUUID() };
    const { body } = await visitor.requestCode(key);
    const again = await at(after, visitor).requestCode({ phone: visitor.phone }, key);
    expect(again).toMatchObject({ status: 202, body });
  });

  it('no limit has room for twice as much', async () => {
    const before = await aProcess(OLD);
    const after = await aProcess(NEW, OLD);
    const visitor = new World(before).aVisitor();
    await visitor.requestCode();
    const code = await visitor.readCode();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const asked = attempt % 2 === 0 ? before : after;
      const answer = await at(asked, visitor).verify(visitor.challengeId, wrongFor(code));
      expect(answer).toMatchObject({ status: 401 });
    }
    expect(await at(after, visitor).verify(visitor.challengeId, code)).toMatchObject({ status: 410 });
    // Twenty seconds between messages to one phone, whichever process is asked.
    const elsewhere = new World(before).aVisitor();
    const again = await at(after, elsewhere).requestCode({ phone: visitor.phone });
    expect(again).toMatchObject({ status: 429, body: { code: 'otp.resend_too_soon' } });
  });
});

describe('After APP_SECRET was changed', () => {
  it('everything goes on under the new one alone, and the old one opens nothing', async () => {
    const before = await aProcess(OLD);
    const user = await new World(before).aUser();
    await stop(before, await aProcess(NEW, OLD));
    const after = await aProcess(NEW, undefined, true);
    expect(await at(after, user, user.tokens.accessToken).me()).toMatchObject({ status: 200 });
    expect(await at(after, user).refresh(user.tokens.refreshToken)).toMatchObject({ status: 200 });
    await expect(aCommand(configFor(database.url, { APP_SECRET: OLD }))).rejects.toThrow(ANOTHER);
    expect(await new World(after).aUser()).toMatchObject({ tokens: { isNewUser: true } });
  });

  it('whoever was blocked and deleted before comes back blocked', async () => {
    const before = await aProcess(OLD);
    const blocked = await aBlockedAndDeleted(before);
    await stop(before, await aProcess(NEW, OLD));
    const after = await aProcess(NEW, undefined, true);
    await after.advance('21 s');
    const visitor = new World(after).aVisitor({ phone: blocked });
    await visitor.requestCode();
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({
      status: 403,
      body: { code: 'auth.blocked' },
    });
  });
});

describe('After the root key was renewed', () => {
  it('nobody is signed out, nobody who was blocked is forgotten, and new codes are of the new key', async () => {
    const before = await aProcess(OLD);
    const user = await new World(before).aUser();
    const blocked = await aBlockedAndDeleted(before);
    await expect(renewRoot(before)).rejects.toThrow('The service is running');
    await stop(before);
    expect(await renewRoot(before)).toMatch(/^The root key is renewed/);

    const after = await aProcess(OLD);
    expect(await at(after, user, user.tokens.accessToken).me()).toMatchObject({ status: 401 });
    const refreshed = await at(after, user).refresh(user.tokens.refreshToken);
    expect(refreshed).toMatchObject({ status: 200 });
    expect(await at(after, user, refreshed.body.accessToken).me()).toMatchObject({ status: 200 });
    const visitor = new World(after).aVisitor({ phone: blocked });
    await visitor.requestCode();
    expect(await visitor.verify(await visitor.readCode())).toMatchObject({ status: 403 });
  });
});

/** Somebody who was blocked, and whom an administrator has then deleted; answers the phone. */
async function aBlockedAndDeleted(app: TestApp): Promise<string> {
  const world = new World(app);
  const [admin, user] = [await world.anAdmin(), await world.aUser()];
  expect(await admin.api.changePerson(user.id, { status: 'blocked' })).toMatchObject({ status: 200 });
  expect(await admin.api.deletePerson(user.id)).toMatchObject({ status: 204 });
  return user.phone;
}

/** `npm run keys -- renew-root`, without a process of its own. */
async function renewRoot({ config }: TestApp): Promise<string> {
  const context = await aCommand(config);
  return context
    .get(KeysCommand)
    .run(['renew-root'])
    .finally(() => context.close());
}

const aCommand = (config: Config) =>
  NestFactory.createApplicationContext(CliModule.for(config), { logger: false, abortOnError: false });
