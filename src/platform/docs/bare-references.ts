import type { SchemaObject } from '@nestjs/swagger';

/**
 * Takes references out of `allOf` where they stand alone in it: since OpenAPI 3.1 a reference may have a description of its own, and
 * generators make a type of its own of each `allOf`.
 */
export function bareReferences(node: object): void {
  for (const value of Object.values(node) as unknown[]) {
    if (typeof value !== 'object' || value === null) continue;
    bareReferences(value);
    unwrap(value);
  }
}

function unwrap(schema: Partial<SchemaObject>): void {
  const [only, ...others] = schema.allOf ?? [];
  if (!only || !('$ref' in only) || others.length > 0) return;
  delete schema.allOf;
  Object.assign(schema, only);
}
