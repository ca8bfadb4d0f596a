import { type EdgeApp, startEdge } from '../../../test/support/edge-app.js';
import { buildOpenApiDocument, toYaml } from './openapi.js';

const header = (name: string) => ({ $ref: `#/components/headers/${name}` });

describe('The document of the API', () => {
  let edge: EdgeApp;

  beforeAll(async () => {
    edge = await startEdge();
  });

  afterAll(() => edge.app.close());

  it('is the same text each time', () => {
    expect(toYaml(buildOpenApiDocument(edge.app))).toBe(toYaml(buildOpenApiDocument(edge.app)));
  });

  it('names public routes, and what the edge may answer in the place of any route', () => {
    const document = buildOpenApiDocument(edge.app);
    expect(document.openapi).toBe('3.1.0');
    expect(document.security).toEqual([{ bearer: [] }]);
    const take = document.paths['/sample']?.post;
    expect(take?.security).toEqual([]);
    expect(Object.keys(take?.responses ?? {})).toEqual(['201', '400', '413', '415', '422']);
  });

  it('documents the words that fields have', () => {
    const { schemas } = buildOpenApiDocument(edge.app).components ?? {};
    expect(schemas?.Sample).toMatchObject({
      properties: { phone: { type: 'string', example: '+7 912 345-67-89', maxLength: 40 } },
      required: ['phone'],
    });
  });

  it('says of every answer what it is and which headers it has', () => {
    const { paths, components } = buildOpenApiDocument(edge.app);
    const shared = { 'X-Request-Id': header('RequestId'), 'Cache-Control': header('NoStore') };
    expect(paths['/sample']?.post?.responses[201]).toEqual({ description: 'Made.', headers: shared });
    expect(paths['/metrics']?.get?.responses[401]).toHaveProperty('headers', {
      ...shared,
      'WWW-Authenticate': header('WwwAuthenticate'),
    });
    expect(components?.headers).toHaveProperty('WwwAuthenticate.required', true);
  });

  it('shows what may be sent', () => {
    const take = buildOpenApiDocument(edge.app).paths['/sample']?.post;
    const sample = expect.objectContaining({ phone: '+7 912 345-67-89', region: 'RU' }) as object;
    expect(take?.requestBody).toHaveProperty(['content', 'application/json', 'example'], sample);
  });

  it('lists the codes of a status together', () => {
    const refused = buildOpenApiDocument(edge.app).paths['/metrics']?.get?.responses['401'];
    expect(JSON.stringify(refused)).toContain('"enum":["auth.unauthenticated"]');
  });
});
