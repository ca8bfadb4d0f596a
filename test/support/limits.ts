import { limitsConfig } from '../../src/config/limits.config.js';
import { USUAL_LIMITS } from '../../src/config/limits.js';

/** What holds where nothing is configured. */
export const limits = limitsConfig(USUAL_LIMITS);
