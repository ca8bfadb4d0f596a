import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DOCUMENT_HEADER, type DocumentPage, ownFile, policyOf } from './document-page.js';

const SCRIPT = 'redoc.standalone.js';

/** The only thing ReDoc loads from elsewhere: the mark beside the link to its makers. The link stays. */
const FOREIGN_MARK = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
/** No image at all: ReDoc leaves out a mark that it cannot show. */
const NO_MARK = 'data:,';

const FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', Helvetica, Arial, sans-serif";
const THEME = {
  colors: { primary: { main: '#0b5f56' } },
  spacing: { sectionVertical: 20 },
  typography: {
    fontFamily: FONT,
    fontSize: '15px',
    headings: { fontFamily: FONT },
    code: { color: '#0b4a43', wrap: true },
  },
};

/** The contract to be read: ReDoc looks for the element `redoc` and does the rest. */
export const redocPage = (): DocumentPage => ({
  path: '/redoc',
  // Searches in a worker that it makes from a blob.
  policy: policyOf("worker-src 'self' blob:"),
  files: {
    [SCRIPT]: redocScript,
    'documents.css': ownFile('documents/documents.css'),
    'icon.svg': ownFile('assets/icon.svg'),
  },
  html: (urlOf) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Latchkey API · ReDoc</title>
    <link rel="icon" href="${urlOf('icon.svg')}">
    <link rel="stylesheet" href="${urlOf('documents.css')}">
  </head>
  <body>
    ${DOCUMENT_HEADER}
    <main>
      <redoc spec-url="/openapi.json" required-props-first hide-hostname theme="${attribute(THEME)}"></redoc>
    </main>
    <script src="${urlOf(SCRIPT)}"></script>
  </body>
</html>
`,
});

/** ReDoc's own bundle, from the installed package, made to ask nobody else for anything. */
async function redocScript(): Promise<string> {
  const path = createRequire(import.meta.url).resolve(`redoc/bundles/${SCRIPT}`);
  return (await readFile(path, 'utf8')).replaceAll(FOREIGN_MARK, NO_MARK);
}

const attribute = (value: object): string => JSON.stringify(value).replaceAll('"', '&quot;');
