import { readFileSync } from 'node:fs';

/** ReDoc styles itself through style elements and searches in a worker that it makes from a blob. */
export const REDOC_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

/** The script looks for the element `redoc` and does the rest; no fonts and no styles from elsewhere. */
export const REDOC_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Latchkey API</title>
    <link rel="icon" href="data:,">
    <style>body { margin: 0; padding: 0; }</style>
  </head>
  <body>
    <redoc spec-url="/openapi.json"></redoc>
    <script src="/redoc/redoc.standalone.js"></script>
  </body>
</html>
`;

/** The only thing ReDoc loads from elsewhere: the mark beside the link to its makers. The link stays. */
const FOREIGN_MARK = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
/** No image at all: ReDoc leaves out a mark that it cannot show. */
const NO_MARK = 'data:,';

/** ReDoc's own bundle, from the installed package, made to ask nobody else for anything. */
export const redocScript = (path: string): string => readFileSync(path, 'utf8').replaceAll(FOREIGN_MARK, NO_MARK);
