import { signedIn, signIn } from './load/flow.mjs';

const INVITEES = 60;
const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

/**
 * What is measured: `prepare` makes what a run needs, given a stage `{ system, gateway, clients }`, and answers the piece of work that is done
 * again and again. A piece that answers false ends the run: there is nothing left to do.
 */
export const SCENARIOS = {
  'sign-in': {
    what: 'a code is asked for, comes, is typed; the profile is read',
    prepare: (stage) => async (times) => void (await signIn(stage, times)),
  },
  'users/me': {
    what: 'the own profile',
    async prepare({ system, ...stage }) {
      const people = await signedIn(500, { system, ...stage });
      return (times) => {
        const { session, from } = oneOf(people);
        return times.of('me', () => system.me(session, from)).then(() => true);
      };
    },
  },
  refresh: {
    what: 'a new pair of tokens for the old one',
    async prepare({ system, ...stage }) {
      // More than ever wait for an answer at once: each has one token, which is good for one refresh.
      const people = await signedIn(1_000, { system, ...stage });
      return async (times) => {
        const person = people.shift();
        person.session = await times.of('refresh', () => system.refresh(person.session, person.from));
        people.push(person);
      };
    },
  },
  activate: {
    what: 'the invite code of somebody else, for good',
    async prepare({ system, ...stage }) {
      const people = await signedIn(3_000, { system, ...stage });
      const codes = (await signedIn(500, { system, ...stage })).map(({ session }) => session.inviteCode);
      return async (times) => {
        const person = people.pop();
        if (!person) return false;
        await times.of('activate', () => system.activate(person.session, oneOf(codes), person.from));
        return true;
      };
    },
  },
  invitees: {
    what: 'twenty of the people whom one has invited',
    async prepare({ system, ...stage }) {
      const [inviter, ...people] = await signedIn(INVITEES + 1, { system, ...stage });
      for (const { session, from } of people) await system.activate(session, inviter.session.inviteCode, from);
      let cursor;
      return async (times) => {
        cursor = await times.of('page', () => system.invitees(inviter.session, cursor, inviter.from));
      };
    },
  },
};
