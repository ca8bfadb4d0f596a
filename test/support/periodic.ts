import type { TestApp } from './app.js';

/** For what is gathered by hours of the clock: it shall not fall into two of them. Lets the courier finish first, as `advance` does. */
export async function goToFullHour(app: TestApp): Promise<void> {
  await app.delivered();
  await app.clock.goToNextHour();
}
