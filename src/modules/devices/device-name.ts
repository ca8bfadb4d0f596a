import Bowser from 'bowser';

/** What a person recognises a device by: `Chrome on Windows`, `iPhone, Safari`; null when the user agent tells nothing. */
export function deviceName(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const { browser, os, platform } = Bowser.parse(userAgent);
  if (!browser.name) return os.name ?? null;
  if (platform.model) return `${platform.model}, ${browser.name}`;
  return os.name ? `${browser.name} on ${os.name}` : browser.name;
}
