import type { AppConfig } from '../../src/config/config.js';

/** The settings of the process as tests have them that start none. */
export const APP_CONFIG: AppConfig = {
  production: false,
  productName: 'Latchkey',
  logLevel: 'info',
  processes: 1,
  hostsWorker: false,
};
