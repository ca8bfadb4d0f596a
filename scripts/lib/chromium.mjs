import { existsSync } from 'node:fs';

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine, or undefined. One that CHROMIUM names is taken even where it is missing, so that it is missed. */
export const findChromium = () => process.env.CHROMIUM || USUAL.find((path) => existsSync(path));
