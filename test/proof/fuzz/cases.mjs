import fc from 'fast-check';
import { changesOf } from './mutations.mjs';
import { OPERATIONS } from './operations.mjs';
import { formChanges } from './uploads.mjs';

const picks = fc.nat(2 ** 30);

const weighted = (weights) =>
  fc.oneof(...Object.entries(weights).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) })));

/** Who sends what is for everybody, for people who are signed in, for staff, for operators and for testers. */
const EVERYBODYS = weighted({ nobody: 8, person: 2, administrator: 1, ops: 1, expired: 1 });
const PEOPLES = weighted({
  person: 12,
  stale: 3,
  moderator: 1,
  administrator: 2,
  nobody: 1,
  expired: 1,
  ended: 1,
  blocked: 1,
  inbox: 1,
});
const STAFFS = weighted({ administrator: 12, moderator: 4, person: 2, nobody: 1, expired: 1, ended: 1, blocked: 1 });
const OPERATORS = weighted({ ops: 8, nobody: 2, administrator: 1, inbox: 1 });
const TESTERS = weighted({ inbox: 10, nobody: 1, administrator: 1, ops: 1 });

function kindsFor({ operationId, path, isPublic, forStaff }) {
  if (operationId === 'logIn') return PEOPLES;
  if (path.includes('/qa/')) return TESTERS;
  if (/^\/(metrics|health)/.test(path)) return OPERATORS;
  if (forStaff) return STAFFS;
  return isPublic ? EVERYBODYS : PEOPLES;
}

/** Requests of one operation, right ones and ones that are wrong in up to four ways. */
export const casesOf = (operation) =>
  fc.record({
    operation: fc.constant(operation),
    kind: kindsFor(operation),
    picks,
    changes: changesOf(operation, operation.operationId === 'replaceAvatar' ? formChanges : []),
  });

/** Right requests of any operations, one after another, by several people who have to do with each other. */
export const chains = fc.array(
  fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    kind: weighted({ person: 8, moderator: 1, administrator: 3, nobody: 1 }),
    who: fc.nat(2),
    picks,
    changes: fc.constant([]),
  }),
  { minLength: 5, maxLength: 15 },
);
