import { keep } from '../sandbox.mjs';

export const profile = {
  name: '3 The profile',
  description: 'What the service knows of whoever signed in, what they may change, their picture, and all of it as one file.',
  steps: [
    {
      operation: 'readProfile',
      name: 'Who am I?',
      status: 200,
      after() {
        pm.test('everybody has an invite code', () => pm.expect(pm.response.json().inviteCode).to.have.lengthOf(6));
      },
    },
    {
      operation: 'changeProfile',
      name: 'Say who I am',
      body: { username: '{{username}}', firstName: 'Anna', lastName: 'Ivanova', city: 'Kazan', telegramId: null },
      status: 200,
      after() {
        pm.test('the profile is changed', () => {
          const { username, city } = pm.response.json();
          pm.expect([username, city]).to.deep.equal([pm.collectionVariables.get('username'), 'Kazan']);
        });
      },
    },
    {
      operation: 'replaceAvatar',
      name: 'Set a picture',
      note: `So that no file has to be chosen, the picture is drawn by the script before this request and sent as raw text. For one of your own,
choose “form-data” in the body, and in it a file for \`avatar\`; remove the header Content-Type.`,
      upload: { name: 'avatar', filename: 'avatar.webp', type: 'image/webp', content: '{{picture}}' },
      status: 200,
      before() {
        // A WebP (RFC 9649) of 62 × 62 pixels of one colour, chosen so that no byte is above 127: text can carry it.
        const size = [61, 64, 15, 0];
        const colour = [40, 79, 127, 11, 16, 1];
        const bytes = [0x2f, ...size, ...colour, 0];
        const chunk = String.fromCharCode(...bytes);
        const length = (n) => String.fromCharCode(n, 0, 0, 0);
        pm.variables.set('picture', `RIFF${length(chunk.length + 12)}WEBPVP8L${length(chunk.length)}${chunk}`);
      },
      after() {
        const [id] = pm.response.json().avatarUrl.split('/').slice(-1);
        keep('avatarId', id);
      },
    },
    {
      operation: 'readAvatar',
      name: 'Look at it',
      path: { id: '{{avatarId}}' },
      status: 200,
      after() {
        pm.test('it is a picture', () => pm.expect(pm.response.headers.get('Content-Type')).to.equal('image/webp'));
      },
    },
    { operation: 'removeAvatar', name: 'Remove it', status: 204 },
    {
      operation: 'readAvatar',
      name: 'It is gone',
      path: { id: '{{avatarId}}' },
      status: 404,
      problem: 'avatars.not_found',
    },
    {
      operation: 'exportAccount',
      name: 'Everything that is held on me',
      status: 200,
      after() {
        pm.test('it is about me', () =>
          pm.expect(pm.response.json().profile.id).to.equal(pm.collectionVariables.get('userId')),
        );
      },
    },
  ],
};
