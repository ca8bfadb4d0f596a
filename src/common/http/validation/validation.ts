import { type ArgumentMetadata, type PipeTransform, ValidationPipe, type ValidationPipeOptions } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldError } from '../../domain-error.js';
import { RequestInvalid } from '../http.errors.js';
import { rememberRules } from './remembered-rules.js';

/** No body of ours comes near these; what exceeds them is meant to cost us time. */
const MAX_DEPTH = 8;
const MAX_NODES = 1000;
const MAX_NAME = 100;
const MAX_ERRORS = 50;

/** Names that every object has by itself: through some, prototypes are reached, and class-transformer overlooks the others. */
const isForbidden = (name: string): boolean => name === 'prototype' || name in Object.prototype;

/**
 * Validates what comes in by the DTO of the parameter, and throws {@link RequestInvalid} naming every bad field. Unknown
 * fields of a body are refused, unknown query parameters are left out.
 */
export function createValidationPipe(): PipeTransform {
  rememberRules();
  return new EdgeValidationPipe();
}

class EdgeValidationPipe implements PipeTransform {
  private readonly body = new ValidationPipe({ ...COMMON_OPTIONS, forbidNonWhitelisted: true });
  private readonly rest = new ValidationPipe(COMMON_OPTIONS);

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    const hostile = findHostile(value);
    if (hostile) throw new RequestInvalid({ errors: [hostile] });
    const pipe = metadata.type === 'body' ? this.body : this.rest;
    return pipe.transform(value, metadata) as Promise<unknown>;
  }
}

const COMMON_OPTIONS: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors: ValidationError[]) =>
    new RequestInvalid({ errors: errors.flatMap((error) => fieldErrors(error)).slice(0, MAX_ERRORS) }),
};

function fieldErrors(error: ValidationError, parent = ''): FieldError[] {
  const field = shown(parent ? `${parent}.${error.property}` : error.property);
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => fieldError(field, rule, message));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, field))];
}

function fieldError(field: string, rule: string, message: string): FieldError {
  if (rule === 'whitelistValidation') {
    return { field, rule: 'unknownField', message: 'This field is not known here. Leave it out.' };
  }
  return { field, rule, message: sentence(message) };
}

const sentence = (message: string): string =>
  message.charAt(0).toUpperCase() + message.slice(1) + (/[.!?]$/.test(message) ? '' : '.');

interface Node {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

/**
 * What must never reach the code behind the pipe, whichever field it stands in: text that PostgreSQL cannot store (NUL,
 * lone surrogates), names that reach into prototypes, and structures too deep or too wide. Walks without recursion.
 */
export function findHostile(root: unknown): FieldError | undefined {
  const pending: Node[] = [{ value: root, path: '', depth: 0 }];
  for (let seen = 0; pending.length > 0; seen += 1) {
    const node = pending.pop() as Node;
    const refusal = hostility(node, seen + pending.length);
    if (refusal) return { field: shown(node.path), ...refusal };
    pending.push(...childrenOf(node));
  }
  return undefined;
}

function hostility({ value, path, depth }: Node, nodes: number): Omit<FieldError, 'field'> | undefined {
  if (nodes > MAX_NODES) return { rule: 'tooMany', message: `Send at most ${MAX_NODES} values.` };
  if (depth > MAX_DEPTH) return { rule: 'tooDeep', message: `Nest at most ${MAX_DEPTH} levels.` };
  if (isUnstorable(path) || (typeof value === 'string' && isUnstorable(value))) {
    return { rule: 'plainText', message: 'Leave out NUL characters and halves of surrogate pairs.' };
  }
  if (isForbidden(path.slice(path.lastIndexOf('.') + 1))) {
    return { rule: 'unknownField', message: 'This field is not known here. Leave it out.' };
  }
  return undefined;
}

function childrenOf({ value, path, depth }: Node): Node[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  const prefix = path ? `${path}.` : '';
  return Object.entries(value)
    .slice(0, MAX_NODES + 1)
    .map(([name, child]) => ({ value: child as unknown, path: prefix + name.slice(0, MAX_NAME), depth: depth + 1 }));
}

const isUnstorable = (text: string): boolean => text.includes('\0') || /\p{Surrogate}/u.test(text);

/** A field's name as an answer may repeat it: names come from the client too. */
const shown = (path: string): string =>
  path
    .replace(/[\0\p{Surrogate}]/gu, '\u{fffd}')
    .slice(0, MAX_NAME)
    .replace(/\p{Surrogate}/gu, '');
