/** Where `npm run screenshots` wants them. */
export const SCREENSHOTS = process.env.SCREENSHOTS ?? 'docs/screenshots';
