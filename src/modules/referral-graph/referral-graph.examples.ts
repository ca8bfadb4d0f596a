import type { ShownPerson } from './shown-person.js';

/** Whoever asks for the tree in the examples of the documents. */
export const ANNA: ShownPerson = {
  userId: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  phone: '+79123456789',
  name: 'Anna Ivanova',
  status: 'active',
};

/** Who invited Anna. */
export const CLARA: ShownPerson = {
  userId: '01920c9d-3c21-7a44-b0c7-5e6f7a8b9c0d',
  phone: '+79123456791',
  name: 'Clara Orlova',
  status: 'active',
};

/** Whom Anna invited. */
export const BORIS = {
  userId: '01920c9e-8b11-7d00-8b11-0a1b2c3d4e5f',
  phone: '+79123456790',
  name: 'Boris Petrov',
  status: 'active',
  activatedAt: '2026-11-20T09:10:00.000Z',
  via: 'link',
  invitees: 0,
  children: [],
};
