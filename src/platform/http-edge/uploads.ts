import multipart, { type FastifyMultipartOptions, type Multipart } from '@fastify/multipart';
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

/** The fields of a form. */
interface UploadFields {
  readonly file: string;
  /** Of a text that stands before the file, and says whether the form is taken. */
  readonly token?: string;
}

interface UploadConfig {
  readonly takesUpload?: UploadFields;
}

/** Looks at the token of a form. @throws what the form is refused with */
export type CheckToken = (token: string | undefined) => void;

type Parts = AsyncIterableIterator<Multipart>;
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

/**
 * Documents a route that takes one file of at most 5 MB in a form, and lets the form through to it. A form that needs a `token` has it
 * in that field, first of all; the method has to check it before it gets the file.
 */
export const TakesUpload = (field: string, { token }: { readonly token?: string } = {}): MethodDecorator =>
  applyDecorators(
    RouteConfig({ takesUpload: { file: field, token } } satisfies UploadConfig),
    ApiConsumes(MULTIPART),
    ApiBody({
      schema: {
        type: 'object',
        description: 'A form with one file.',
        properties: { [field]: { type: 'string', format: 'binary', description: 'The file, at most 5 MB.' } },
        required: [field],
      },
    }),
  );

/**
 * Hands the one file of the form to a controller's method, as a function that reads it: nothing is read before somebody has
 * room for it. What the file is called and what it says of its type is ignored. Where the form needs a token, the function takes a
 * {@link CheckToken}.
 */
export const FromUpload = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return (check?: CheckToken) => readUpload(request, check);
});

/** Whether a request may bring a file. */
export const isUpload = (request: FastifyRequest): boolean => fieldsOf(request) !== undefined;

const fieldsOf = (request: FastifyRequest): UploadFields | undefined =>
  (request.routeOptions.config as UploadConfig | undefined)?.takesUpload;

/** Told before the body is read: on another route, or when it says itself that it is too long. */
function refusalOf(request: FastifyRequest): DomainError | undefined {
  if (!isUpload(request)) return new UnsupportedMediaType();
  if (Number(request.headers['content-length']) > MAX_FILE_BYTES + MAX_AROUND_BYTES) return new PayloadTooLarge();
  return undefined;
}

async function readUpload(request: FastifyRequest, check?: CheckToken): Promise<Buffer> {
  const { file = '', token } = fieldsOf(request) ?? {};
  if ((token === undefined) !== (check === undefined)) throw new Error('a form is checked where it has a token');
  try {
    if (token === undefined || !check) return await onlyFileOf(partsOf(request), file);
    const parts = partsOf(request, { ...LIMITS, parts: 3 });
    await checkFirst(parts, token, check);
    return await onlyFileOf(parts, file);
  } catch (error) {
    throw uploadRefusal(error);
  } finally {
    // What was not read is read away, so that the connection can be used again.
    request.raw.unpipe().resume();
  }
}

function partsOf(request: FastifyRequest, limits = LIMITS): Parts {
  // Whoever has gone before this would be waited for without end: that they went was told before anybody listened.
  if (request.raw.destroyed && !request.raw.readableEnded) throw new RequestMalformed();
  return request.parts({ limits });
}

/** Nothing is read beyond the first part, which is to be the token. */
async function checkFirst(parts: Parts, field: string, check: CheckToken): Promise<void> {
  const { value: first } = (await parts.next()) as IteratorResult<Multipart, undefined>;
  const token = first?.type === 'field' && first.fieldname === field ? first.value : undefined;
  check(typeof token === 'string' ? token : undefined);
}

async function onlyFileOf(parts: Parts, field: string): Promise<Buffer> {
  let file: Buffer | undefined;
  for await (const part of parts) {
    if (file) throw invalid(part.fieldname, 'unknownField', 'Send one file and nothing else.');
    if (part.type === 'field') throw invalid(part.fieldname, 'file', 'Send a file here.');
    file = await part.toBuffer();
  }
  if (!file) throw invalid(field, 'file', 'Send a file here.');
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
