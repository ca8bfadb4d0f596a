import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Fails with the rules that the page breaks and where, in light and in dark. Leaves the page in light. */
export async function expectAccessible(page: Page): Promise<void> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await violations(page)).map((violation) => `${colorScheme}: ${violation}`));
  }
  if (found.length > 0) throw new Error(`${new URL(page.url()).pathname} is not accessible:\n${found.join('\n')}`);
}

/** What is evaluated by the protocol is no script of the page, so its Content-Security-Policy is none of its business. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    // Nothing is fetched: styles are looked at as they are applied.
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'], preload: false }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) => `${id} at ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`,
    ),
  );
}
