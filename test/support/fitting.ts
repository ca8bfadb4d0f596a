import type { Page } from 'playwright-core';

/** Fails when the page is wider than its window, and names what sticks out. */
export async function expectToFit(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.slice(0, 40)}”`);
  });
  if (wide.length > 0) throw new Error(`${new URL(page.url()).pathname} is too wide:\n${wide.join('\n')}`);
}
