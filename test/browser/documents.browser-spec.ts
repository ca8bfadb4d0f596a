import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { parse } from 'yaml';
import { introduction } from '../../src/platform/docs/introduction.js';
import { useBrowserStage } from '../support/browser-stage.js';
import { expectToFit } from '../support/fitting.js';

const CONTRACT = parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as {
  tags: { name: string }[];
  paths: Record<string, Record<string, { operationId?: string }>>;
};
const OPERATIONS = Object.values(CONTRACT.paths).flatMap((path) => Object.values(path));
const SECTIONS = [...introduction().matchAll(/^## (.+)$/gm)].map(([, title]) => title);

/** Unfolds an operation of Swagger UI, which it leaves as it stands when that was done before, and sends its request. */
async function execute(page: Page, operation: string): Promise<{ status: string; body: string }> {
  const block = page.locator(`[id$="-${operation}"].opblock`);
  if (!(await block.evaluate(({ classList }) => classList.contains('is-open')))) {
    await block.locator('.opblock-summary-control').click();
  }
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table tbody');
  const status = await answer.locator('.response-col_status').innerText();
  return { status: status.trim(), body: await answer.locator('.highlight-code').first().innerText() };
}

describe('Swagger', () => {
  const stage = useBrowserStage();

  async function open(width = 1280): Promise<Page> {
    const { page } = await stage().aBrowser({ width });
    await page.goto('/swagger');
    await page.locator('.opblock').first().waitFor();
    return page;
  }

  it('shows every operation', async () => {
    const page = await open();
    expect(await page.locator('.opblock').count()).toBe(OPERATIONS.length);
    expect(await page.title()).toBe('Latchkey API · Swagger');
  });

  it('leads from a fresh start to somebody who is signed in, with nothing typed; reloading the page signs nobody out', async () => {
    const page = await open();
    // As the page says.
    expect(await execute(page, 'requestCode')).toMatchObject({ status: '202' });
    expect(await execute(page, 'waitForMessage')).toMatchObject({ status: '200' });
    expect(await execute(page, 'verifyCode')).toMatchObject({ status: '201' });
    expect(await execute(page, 'readProfile')).toMatchObject({ status: '200' });
    expect(await execute(page, 'refreshSession')).toMatchObject({ status: '200' });
    expect(await execute(page, 'refreshSession')).toMatchObject({ status: '200' });
    await page.reload();
    const { status, body } = await execute(page, 'readProfile');
    expect([status, body]).toEqual(['200', expect.stringContaining('"phone": "+79123456789"')]);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  }, 180_000);

  it('keeps the introduction folded, and tells it to whoever asks', async () => {
    const page = await open();
    const story = page.getByRole('heading', { name: 'Getting started' });
    expect(await story.isVisible()).toBe(false);
    await page.getByText('Getting started, and what holds').click();
    await story.waitFor();
    expect(await page.getByRole('cell', { name: 'request.not_found' }).count()).toBe(1);
  });

  it('fits into a phone', async () => {
    const page = await open(390);
    await page.getByText('Getting started, and what holds').click();
    await page.locator('.opblock-summary-control').first().click();
    await page.getByRole('button', { name: 'Execute' }).waitFor();
    await expectToFit(page);
  });
});

describe('ReDoc', () => {
  const stage = useBrowserStage();

  async function open(width = 1280): Promise<Page> {
    const { page } = await stage().aBrowser({ width });
    await page.goto('/redoc');
    await page.locator('[data-section-id] h2').first().waitFor();
    return page;
  }

  it('begins with the introduction, and has the tags of the contract in their order', async () => {
    const page = await open();
    const menu = await page.locator('[role=menuitem] > label.-depth1').allInnerTexts();
    expect(menu).toEqual([...SECTIONS, ...CONTRACT.tags.map(({ name }) => name)]);
    expect(await page.locator('[data-section-id^="section/"] h2').allInnerTexts()).toEqual(SECTIONS);
    for (const { operationId = '' } of OPERATIONS) {
      expect(await page.locator(`[id$="/operation/${operationId}"]`).count()).toBe(1);
    }
  });

  it('finds an operation', async () => {
    const page = await open();
    await page.getByPlaceholder('Search').fill('leaderboard');
    await page.locator('[data-role="search:results"] [role=menuitem]').first().click();
    await page.waitForURL(/readLeaderboard$/);
  });

  it('leads to Swagger, and Swagger back', async () => {
    const page = await open();
    await page.getByRole('navigation', { name: 'Documents' }).getByRole('link', { name: 'Try' }).click();
    await page.locator('.opblock').first().waitFor();
    await page.getByRole('navigation', { name: 'Documents' }).getByRole('link', { name: 'Read' }).click();
    await page.locator('[data-section-id] h2').first().waitFor();
  });

  it('fits into a phone', async () => {
    await expectToFit(await open(390));
  });
});
