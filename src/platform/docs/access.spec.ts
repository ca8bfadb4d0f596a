import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';
import { FRESH_NOTE, ROLES_NOTE } from '../../common/http/access.decorators.js';
import { describeAccess } from './access.js';

const body = (name: string) => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});

/** The operation as the document describes it. */
function described(operation: object): OperationObject {
  const post = { responses: {}, ...operation } as OperationObject;
  const document: OpenAPIObject = {
    openapi: '3.1.0',
    info: { title: 'Sample', version: '1' },
    security: [{ bearer: [] }],
    paths: { '/sample': { post } },
    components: {
      schemas: {
        Proof: { type: 'object', properties: { currentPassword: { type: 'string' } } },
        Other: { type: 'object', properties: {} },
      },
    },
  };
  describeAccess(document);
  return post;
}

const FRESH = 'Needs a sign-in of the last 10 minutes; refreshing the tokens does not renew it.';

describe('The description of an operation', () => {
  it.each<[string, object, string]>([
    ['is open', { security: [] }, 'Needs no sign-in.'],
    ['is closed', {}, 'Needs a sign-in.'],
    ['is for one role', { [ROLES_NOTE]: ['admin'] }, 'For administrators.'],
    ['is for two roles', { [ROLES_NOTE]: ['moderator', 'admin'] }, 'For moderators and administrators.'],
    ['needs a fresh sign-in', { [FRESH_NOTE]: true, requestBody: body('Other') }, FRESH],
    [
      'takes a password instead',
      { [FRESH_NOTE]: true, requestBody: body('Proof') },
      `${FRESH} After them, \`currentPassword\` has to be sent.`,
    ],
    [
      'may be repeated',
      { security: [], parameters: [{ name: 'Idempotency-Key', in: 'header' }] },
      'Needs no sign-in. May be repeated under the same `Idempotency-Key`: what was done is not done again.',
    ],
  ])('says that it %s', (_, operation, sentence) => {
    expect(described(operation).description).toBe(sentence);
  });

  it('names the token that opens it', () => {
    expect(described({ security: [{}, { opsToken: [] }] }).description).toContain('`OPS_TOKEN`');
    expect(described({ security: [{}, { qaInboxToken: [] }] }).description).toContain('`QA_INBOX_TOKEN`');
  });

  it('ends with that, and keeps the notes to itself', () => {
    const operation = described({ description: 'What it does.', [ROLES_NOTE]: ['admin'], [FRESH_NOTE]: true });
    expect(operation.description).toBe('What it does.\n\nFor administrators.');
    expect(Object.keys(operation)).toEqual(['responses', 'description']);
  });
});
