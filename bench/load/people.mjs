import { randomInt } from 'node:crypto';

/** One of sixteen million addresses. */
export function anyAddress() {
  const number = randomInt(1 << 24);
  return `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}
