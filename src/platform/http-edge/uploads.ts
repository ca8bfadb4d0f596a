import multipart, { type FastifyMultipartOptions } from '@fastify/multipart';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../../common/domain-error.js';
import {
  PayloadTooLarge,
  RequestInvalid,
  RequestMalformed,
  UnsupportedMediaType,
} from '../../common/http/http.errors.js';

const MULTIPART = 'multipart/form-data';
const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** What stands around the file: boundaries and headers. */
const MAX_AROUND_BYTES = 16 * 1024;

/** Room for one part more than is taken, so that it can be named; the file's own headers are name and type. */
const LIMITS: FastifyMultipartOptions['limits'] = {
  fileSize: MAX_FILE_BYTES,
  parts: 2,
  files: 2,
  fields: 2,
  fieldSize: 1_024,
  fieldNameSize: 100,
  headerPairs: 10,
};

interface UploadConfig {
  /** The field of the form that holds the file. */
  readonly takesUpload?: string;
}

type ParseBody = (this: FastifyInstance, request: FastifyRequest, body: unknown, done: (error?: Error) => void) => void;

/**
 * Teaches the server to take a file, on the routes that say so by {@link TakesUpload}; on any other one a form stays an unsupported
 * type. The plugin sees an instance that keeps its hooks away: they tidy up after files on disk, which we never write, at
 * every request.
 */
export function takeUploads(instance: FastifyInstance): void {
  const seen = Object.assign(Object.create(instance) as FastifyInstance, {
    addHook: () => seen,
    addContentTypeParser: (type: string, parse: ParseBody) => {
      instance.addContentTypeParser(type, (request, body, done) => {
        const refusal = refusalOf(request);
        if (refusal) done(refusal);
        else parse.call(instance, request, body, done as (error?: Error) => void);
      });
      return seen;
    },
  });
  multipart(seen, { limits: LIMITS }, () => undefined);
}

/** Documents a route that takes one file of at most 5 MB in a form, and lets the form through to it. */
export const TakesUpload = (field: string): MethodDecorator =>
  applyDecorators(
    RouteConfig({ takesUpload: field } satisfies UploadConfig),
    ApiConsumes(MULTIPART),
    ApiBody({
      schema: { type: 'object', properties: { [field]: { type: 'string', format: 'binary' } }, required: [field] },
    }),
  );

/**
 * Hands the one file of the form to a controller's method, as a function that reads it: nothing is read before somebody has
 * room for it. What the file is called and what it says of its type is ignored.
 */
export const FromUpload = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return () => readUpload(request);
});

/** Whether a request may bring a file. */
export const isUpload = (request: FastifyRequest): boolean => fieldOf(request) !== undefined;

const fieldOf = (request: FastifyRequest): string | undefined =>
  (request.routeOptions.config as UploadConfig | undefined)?.takesUpload;

/** Told before the body is read: on another route, or when it says itself that it is too long. */
function refusalOf(request: FastifyRequest): DomainError | undefined {
  if (fieldOf(request) === undefined) return new UnsupportedMediaType();
  if (Number(request.headers['content-length']) > MAX_FILE_BYTES + MAX_AROUND_BYTES) return new PayloadTooLarge();
  return undefined;
}

async function readUpload(request: FastifyRequest): Promise<Buffer> {
  try {
    return await onlyFileOf(request);
  } catch (error) {
    throw uploadRefusal(error);
  } finally {
    // What was not read is read away, so that the connection can be used again.
    request.raw.unpipe().resume();
  }
}

async function onlyFileOf(request: FastifyRequest): Promise<Buffer> {
  // Whoever has gone before this would be waited for without end: that they went was told before anybody listened.
  if (request.raw.destroyed && !request.raw.readableEnded) throw new RequestMalformed();
  let file: Buffer | undefined;
  for await (const part of request.parts()) {
    if (file) throw invalid(part.fieldname, 'unknownField', 'Send one file and nothing else.');
    if (part.type === 'field') throw invalid(part.fieldname, 'file', 'Send a file here.');
    file = await part.toBuffer();
  }
  if (!file) throw invalid(fieldOf(request) ?? '', 'file', 'Send a file here.');
  return file;
}

function uploadRefusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { statusCode } = error as { statusCode?: unknown };
  if (statusCode === 413) return new PayloadTooLarge({ cause: error });
  // The plugin's word for a body that is no form.
  if (statusCode === 406) return new UnsupportedMediaType({ cause: error });
  return new RequestMalformed({ cause: error });
}

const invalid = (field: string, rule: string, message: string): RequestInvalid =>
  new RequestInvalid({ errors: [{ field, rule, message }] });
