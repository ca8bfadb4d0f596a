import { administrator } from './story/administrator.mjs';
import { contacts } from './story/contacts.mjs';
import { devices } from './story/devices.mjs';
import { farewell } from './story/farewell.mjs';
import { inbox } from './story/inbox.mjs';
import { invite } from './story/invite.mjs';
import { operations } from './story/operations.mjs';
import { password } from './story/password.mjs';
import { profile } from './story/profile.mjs';
import { signIn } from './story/sign-in.mjs';
import { staff } from './story/staff.mjs';
import { staySignedIn } from './story/stay-signed-in.mjs';

/**
 * The folders of the collection, in order. A step is a request:
 *   operation   operation id in openapi.yaml; it gives method, address, headers, body, description and saved answers
 *   as          whose access token it carries: me (left out), friend, email, admin; nobody: none; stranger: a made-up one
 *   body, path, query, upload   instead of the examples of the contract; query parameters that are not named are left out
 *   status, problem   what the answer must be; its body is checked against the schema for that status
 *   patient     comes again by itself where the server says that a message went to this contact a moment ago
 *   stays       does not follow a redirect
 *   note        what people must know of this request beyond the contract
 *   before, after   scripts: they run in Postman and may use what sandbox.mjs has, and nothing else
 * A folder has steps, which may be folders. Those of a prologue are told for their own sake: it is elsewhere that their
 * operations have all their answers saved.
 */
export const story = [
  ...[administrator, signIn, staySignedIn, profile, invite, password],
  ...[contacts, devices, staff, inbox, operations, farewell],
];
