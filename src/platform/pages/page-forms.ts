import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Transform } from 'class-transformer';
import type { FastifyInstance } from 'fastify';
import { UnsupportedMediaType } from '../../common/http/http.errors.js';

const FORM = 'application/x-www-form-urlencoded';

/** What stands in a field that was left empty: nothing, or null, which clears. */
type Empty = 'left out' | null;

interface FormConfig {
  readonly takesForm?: { readonly empty: Empty };
}

/**
 * Lets the form of a page through to a route, as a body with one text a field; on any other route it stays an unsupported type.
 */
export const TakesForm = ({ empty = 'left out' }: { readonly empty?: Empty } = {}): MethodDecorator =>
  applyDecorators(RouteConfig({ takesForm: { empty } } satisfies FormConfig));

/** In a form that is sent by GET, as those that filter lists are: a field that was left empty is left out. */
export const EmptyIsLeftOut = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value));

/** Before routes are added. */
export function takeForms(instance: FastifyInstance): void {
  instance.addContentTypeParser(FORM, { parseAs: 'string' }, (request, body, done) => {
    const taken = (request.routeOptions.config as FormConfig | undefined)?.takesForm;
    if (taken) done(null, fieldsOf(String(body), taken.empty));
    else done(new UnsupportedMediaType());
  });
}

/** Of a field that is there twice the last one counts, as where a box follows its hidden “no”. */
function fieldsOf(body: string, empty: Empty): Record<string, string | null> {
  const fields: Record<string, string | null> = Object.create(null) as Record<string, string | null>;
  for (const [name, value] of new URLSearchParams(body)) {
    if (value !== '') fields[name] = value;
    else if (empty === null) fields[name] = null;
  }
  return { ...fields };
}
