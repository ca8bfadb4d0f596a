import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { takeForms } from './page-forms.js';
import { PageRenderer } from './page-renderer.js';

/** Has the server take forms and serve what pages load. Before `init`. */
export function servePages(app: NestFastifyApplication): void {
  const instance = app.getHttpAdapter().getInstance();
  takeForms(instance);
  app.get(PageRenderer).assets.serve(instance);
}
