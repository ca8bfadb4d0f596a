import Fastify, { type FastifyInstance } from 'fastify';
import { UnsupportedMediaType } from '../../common/http/http.errors.js';
import { takeForms } from './page-forms.js';

describe('The form of a page', () => {
  let server: FastifyInstance;
  let url: string;

  beforeAll(async () => {
    server = Fastify();
    takeForms(server);
    const answer = (request: { body: unknown }) => ({ body: request.body });
    server.post('/taken', { config: { takesForm: { empty: 'left out' } } }, answer);
    server.post('/clearing', { config: { takesForm: { empty: null } } }, answer);
    server.post('/elsewhere', answer);
    server.setErrorHandler((error, _, reply) => reply.send({ refused: error instanceof UnsupportedMediaType }));
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(() => server.close());

  const post = async (path: string, body: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    return (await fetch(url + path, { method: 'POST', body, headers })).json();
  };

  it('is one text a field; what was left empty is not there', async () => {
    expect(await post('/taken', 'contact=%2B7+912&city=&name=%D0%90')).toEqual({
      body: { contact: '+7 912', name: 'А' },
    });
  });

  it('clears what was left empty, where that is meant', async () => {
    expect(await post('/clearing', 'city=&name=A')).toEqual({ body: { city: null, name: 'A' } });
  });

  it('counts the last of a field that is there twice, a box after its hidden “no”', async () => {
    expect(await post('/taken', 'on=no&on=yes')).toEqual({ body: { on: 'yes' } });
  });

  it('is nothing that objects are made of', async () => {
    expect(await post('/taken', '__proto__=x&a[b]=c')).toEqual({ body: { ['__proto__']: 'x', 'a[b]': 'c' } });
  });

  it('is an unsupported type wherever it is not asked for', async () => {
    expect(await post('/elsewhere', 'a=b')).toEqual({ refused: true });
  });
});
