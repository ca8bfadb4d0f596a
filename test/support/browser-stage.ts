import { type Browser, chromium } from 'playwright-core';
import type { Overrides, TestApp } from './app.js';
import { Browsing } from './browsing.js';
import { startBuiltServer } from './built-server.js';
import { codeSentTo } from './contacts.js';
import { freshAddress, World } from './world.js';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page asks elsewhere is written down, but goes nowhere.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
];
const HEIGHT = 844;
/** For one click or one look; a walk is many of them. */
const PATIENCE_MS = 15_000;

export interface BrowserOptions {
  /** On unless told otherwise. */
  readonly javaScript?: boolean;
  readonly language?: 'en' | 'ru';
  readonly dark?: boolean;
  /** In CSS pixels; that of a phone when left out. */
  readonly width?: number;
}

/** Where walks through the pages are told: the built server, the people around it, and a Chromium in which each has a browser. */
export class BrowserStage {
  private browsings: Browsing[] = [];

  private constructor(
    readonly app: TestApp,
    readonly world: World,
    private readonly chromium: Browser,
  ) {}

  static async open(overrides?: Overrides): Promise<BrowserStage> {
    const executablePath = process.env.CHROMIUM;
    if (!executablePath) throw new Error('There is no browser: run these tests by npm run test:browser.');
    const browser = await chromium.launch({ executablePath, args: FLAGS });
    try {
      const app = await startBuiltServer(overrides);
      return new BrowserStage(app, new World(app), browser);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** A browser of somebody’s own, with nothing remembered and an address in a network of its own. */
  async aBrowser({ javaScript = true, language = 'en', dark, width = 390 }: BrowserOptions = {}): Promise<Browsing> {
    const context = await this.chromium.newContext({
      baseURL: this.app.url,
      javaScriptEnabled: javaScript,
      locale: language === 'ru' ? 'ru-RU' : 'en-GB',
      colorScheme: dark ? 'dark' : 'light',
      viewport: { width, height: HEIGHT },
      extraHTTPHeaders: { 'x-forwarded-for': freshAddress() },
      // Colours that are still on their way to others are neither looked at nor measured.
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const browsing = new Browsing(context, await context.newPage(), this.app.url);
    this.browsings.push(browsing);
    return browsing;
  }

  /** The code that was sent last to a contact, by whoever asked for it before now. */
  codeOf(contact: string): Promise<string> {
    return codeSentTo(this.app, this.world.aVisitor(), contact);
  }

  /** Gives whoever has this phone a role that only operators give. */
  async staff(phone: string, role: 'moderator' | 'admin'): Promise<void> {
    const promoted = await this.app.sql('UPDATE users SET role = $2 WHERE phone = $1 RETURNING id', [phone, role]);
    if (promoted.length !== 1) throw new Error('Nobody has that phone.');
  }

  /** Closes the browsers. @throws when something went wrong in one of them, whatever its test looked at */
  async closeBrowsers(): Promise<void> {
    const browsings = this.browsings;
    this.browsings = [];
    const complaints = (await Promise.all(browsings.map((browsing) => browsing.complaints()))).flat();
    await Promise.all(browsings.map(({ context }) => context.close()));
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  }

  async close(): Promise<void> {
    await this.chromium.close();
    await this.app.close();
  }
}

/** Opens a stage for the tests of a file, and looks after each of them for what went wrong in its browsers. */
export function useBrowserStage(overrides?: Overrides): () => BrowserStage {
  let stage: BrowserStage | undefined;
  beforeAll(async () => {
    stage = await BrowserStage.open(overrides);
  });
  afterEach(() => stage?.closeBrowsers());
  afterAll(() => stage?.close());
  return () => {
    if (!stage) throw new Error('The stage is open in tests and their hooks only.');
    return stage;
  };
}
