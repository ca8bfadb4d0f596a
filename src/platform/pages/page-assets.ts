import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { RequestNotFound } from '../../common/http/http.errors.js';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const YEAR = 'public, max-age=31536000, immutable';
const LIBRARY = 'pico.classless.min.css';
const COMMON = 'app.css';

/**
 * What pages load: `views/assets/*` and the style library, read once. Their address holds a digest of them all, so that browsers may
 * keep them for ever, and scripts find one another by relative names.
 */
export class PageAssets {
  private readonly files: ReadonlyMap<string, Buffer>;
  private readonly base: string;

  /** @param folder `views/assets` */
  constructor(folder: string) {
    const library = createRequire(import.meta.url).resolve(`@picocss/pico/css/${LIBRARY}`);
    const own = readdirSync(folder).filter((name) => extname(name) in TYPES);
    this.files = new Map([
      [LIBRARY, readFileSync(library)],
      ...own.sort().map((name) => [name, readFileSync(join(folder, name))] as const),
    ]);
    const digest = createHash('sha256');
    for (const [name, content] of this.files) digest.update(name).update(content);
    this.base = `/assets/${digest.digest('hex').slice(0, 16)}`;
  }

  /** @throws Error when there is no such file: a template names it wrongly */
  urlOf(name: string): string {
    if (!this.files.has(name)) throw new Error(`no asset “${name}”`);
    return `${this.base}/${name}`;
  }

  /** The addresses of all style sheets, the library first and that of every page next. */
  get styles(): string[] {
    const names = [...this.files.keys()].filter(
      (name) => extname(name) === '.css' && name !== LIBRARY && name !== COMMON,
    );
    return [LIBRARY, COMMON, ...names].map((name) => this.urlOf(name));
  }

  serve(instance: FastifyInstance): void {
    instance.get<{ Params: { name: string } }>(`${this.base}/:name`, (request, reply) => {
      const { name } = request.params;
      const content = this.files.get(name);
      if (!content) throw new RequestNotFound();
      return reply
        .type(TYPES[extname(name)] ?? 'application/octet-stream')
        .header('cache-control', YEAR)
        .send(content);
    });
  }
}
