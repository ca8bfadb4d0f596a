import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DOCUMENT_HEADER, type DocumentPage, ownFile, policyOf, type ReadDocumentFile } from './document-page.js';

/** The contract to be tried. What Swagger UI is told, and what it remembers, stands in `views/documents/swagger.js`. */
export const swaggerPage = (): DocumentPage => ({
  path: '/swagger',
  policy: policyOf(),
  files: {
    'swagger-ui.css': fromPackage('swagger-ui.css'),
    'swagger-ui-bundle.js': fromPackage('swagger-ui-bundle.js'),
    'swagger.css': ownFile('documents/swagger.css'),
    'swagger.js': ownFile('documents/swagger.js'),
    'documents.css': ownFile('documents/documents.css'),
    'icon.svg': ownFile('assets/icon.svg'),
  },
  html: (urlOf) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Latchkey API · Swagger</title>
    <link rel="icon" href="${urlOf('icon.svg')}">
    <link rel="stylesheet" href="${urlOf('swagger-ui.css')}">
    <link rel="stylesheet" href="${urlOf('documents.css')}">
    <link rel="stylesheet" href="${urlOf('swagger.css')}">
  </head>
  <body>
    ${DOCUMENT_HEADER}
    <aside class="hint" aria-label="Signing in">
      To sign in here while developing, execute <code>POST /auth/otp/request</code>, <code>GET /qa/messages/wait</code> and
      <code>POST /auth/otp/verify</code>, in this order, as they stand. The challenge, the code and the tokens of an answer
      are filled in for you where they are needed next, and you stay signed in until you close the tab.
    </aside>
    <div id="swagger-ui"></div>
    <script src="${urlOf('swagger-ui-bundle.js')}"></script>
    <script type="module" src="${urlOf('swagger.js')}"></script>
  </body>
</html>
`,
});

const fromPackage =
  (name: string): ReadDocumentFile =>
  () =>
    readFile(createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`));
