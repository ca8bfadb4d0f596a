import { type DynamicModule, RequestMethod, type Type } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { AppModule } from '../../src/app.module.js';
import { ROLES_KEY } from '../../src/common/http/access.decorators.js';
import type { Config } from '../../src/config/config.js';
import { OPEN_KEY, PageGuard } from '../../src/modules/page-access/page.guard.js';

/** A route of the pages, as its controller describes it. */
export interface PageRoute {
  readonly method: string;
  /** With something in the place of each parameter. */
  readonly path: string;
  readonly isOpen: boolean;
  readonly takesFile: boolean;
  /** Left out where everybody who is signed in may come. */
  readonly roles?: readonly string[];
}

/** Where `RouteConfig` of the Fastify adapter keeps what it is given. */
const ROUTE_CONFIG = '__fastify_route_config__';

type AnyModule = Type | DynamicModule;

/** Every route of every controller of pages that the application has, so that a new one cannot be forgotten. */
export function pageRoutes(config: Config): PageRoute[] {
  return [...controllersIn(AppModule.for(config), new Set())].filter(isOfPages).flatMap(routesOf);
}

function* controllersIn(module: AnyModule, seen: Set<AnyModule>): Generator<Type> {
  if (seen.has(module)) return;
  seen.add(module);
  const [type, dynamic] = 'module' in module ? [module.module, module] : [module, undefined];
  const listed = <Item>(name: keyof typeof MODULE_METADATA, more: readonly unknown[] = []) =>
    [...((Reflect.getMetadata(MODULE_METADATA[name], type) as Item[] | undefined) ?? []), ...more] as Item[];
  yield* listed<Type>('CONTROLLERS', dynamic?.controllers);
  for (const imported of listed<AnyModule>('IMPORTS', dynamic?.imports)) yield* controllersIn(imported, seen);
}

const isOfPages = (controller: Type): boolean =>
  ((Reflect.getMetadata(GUARDS_METADATA, controller) as unknown[] | undefined) ?? []).includes(PageGuard);

function routesOf(controller: Type): PageRoute[] {
  const handlers = controller.prototype as Record<string, object>;
  const base = Reflect.getMetadata(PATH_METADATA, controller) as string;
  return Object.getOwnPropertyNames(handlers).flatMap((name) => {
    const handler = handlers[name] as object;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const read = <Value>(key: string) =>
      (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as Value | undefined;
    const paths = [Reflect.getMetadata(PATH_METADATA, handler) as string | string[]].flat();
    return paths.map((path) => ({
      method: RequestMethod[method],
      path: written(`${base}/${path}`),
      isOpen: read<boolean>(OPEN_KEY) ?? false,
      takesFile: read<{ takesUpload?: object }>(ROUTE_CONFIG)?.takesUpload !== undefined,
      roles: read<string[]>(ROLES_KEY),
    }));
  });
}

const written = (path: string): string =>
  `/${path}`
    .replace(/\/+/g, '/')
    .replace(/(?<=.)\/$/, '')
    .replace(/:\w+/g, '01a21a6b-0000-7000-8000-000000000000');
