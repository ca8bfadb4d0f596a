import { newNetwork } from '../client.mjs';
import { Random } from '../random.mjs';
import { bytesOf, draftOf, pathOf } from './drafts.mjs';
import { judge } from './judge.mjs';
import { requestInWords } from './telling.mjs';
import { SITUATIONS } from './situations.mjs';

/** After so long the sender of a long poll goes: what then becomes of it is a case of its own. */
const POLL_PATIENCE_MS = 400;
/** What stands for a parameter of which nobody has told yet. */
const EXAMPLES = {
  id: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  userId: '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a',
  code: '4KTR9M',
};
/** More is answered before it is read, and the connection ends (RFC 9110 §15.5.14): whoever still sends may not hear it. */
const MOST_BYTES = 5 * 1024 * 1024;
const LANGUAGES = ['en', 'ru', 'de, ru;q=0.5'];
/** After these the caller is not who they were. */
const ENDINGS = new Set(['deleteAccount', 'logOut', 'activateInviteCode', 'rotateInviteCode', 'removeContact']);

/** Sends what has been thought up, and judges what comes. */
export class Player {
  #wire;
  #cast;
  #finds;
  #tally;
  #switch;
  #absences;
  #callback;

  /** @param parts `{ wire, cast, finds, tally, sending, absences, callback }`, `callback()` tells a token of the gateway's */
  constructor({ wire, cast, finds, tally, sending, absences, callback }) {
    this.#wire = wire;
    this.#cast = cast;
    this.#finds = finds;
    this.#tally = tally;
    this.#switch = sending;
    this.#absences = absences;
    this.#callback = callback;
  }

  /**
   * Plays one case: `{ operation, kind, picks, changes }`. @throws with the request in words when the answer is wrong
   * @param lane whose people take part
   */
  async play({ operation, kind, picks, changes }, lane) {
    const random = new Random(picks);
    const caller = await this.#cast.caller(kind, { lane, withPassword: asksForPassword(operation) });
    const draft = await this.#draft(operation, { random, caller });
    for (const { to } of changes) to(draft);
    await this.#send(draft, caller, random);
  }

  /** Sends bytes that are no request, or not one. @throws when too many answers come, or a wrong one */
  async tell({ bytes, most }) {
    this.#tally.ask('bytes');
    try {
      const { answers, rest, closed } = await this.#wire.tell(bytes, methodsIn(bytes));
      if (answers.length > most) throw new Error(`${answers.length} answers came, at most ${most} were to come`);
      if (rest.length > 0) throw new Error(`half an answer came: ${rest.subarray(0, 80).toString('latin1')}`);
      if (!closed) throw new Error('the connection was not closed');
      answers.forEach((answer, nth) =>
        this.#tally.hear(judge(answer, requestsIn(bytes)[nth] ?? NO_REQUEST, this.#situation())),
      );
      if (answers.length === 0) this.#tally.unanswered += 1;
    } catch (error) {
      throw new Error(`${error.message}\n${requestInWords(bytes, { kind: 'a bare socket' })}`, { cause: error });
    }
  }

  /** Asks for an address that there may not be. */
  async knock({ method, path }) {
    const bytes = Buffer.from(
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${newNetwork()}\r\n\r\n`,
    );
    this.#tally.ask('an address');
    try {
      const answer = await this.#wire.ask({ bytes, method });
      if (!answer) throw new Error('the request was not answered');
      this.#tally.hear(judge(answer, { method, path, outside: true }, this.#situation()));
    } catch (error) {
      throw new Error(`${error.message}\n${requestInWords(bytes, { kind: 'nobody' })}`, { cause: error });
    }
  }

  #situation(span) {
    return { sendingWasOff: span !== undefined && this.#switch.wasOff(span), absences: this.#absences };
  }

  async #draft(operation, { random, caller }) {
    const situation = { cast: this.#cast, finds: this.#finds, callback: this.#callback(), random, caller };
    // Now and then the examples of the contract: of things that nobody has.
    const right = random.next() < 0.85 ? await SITUATIONS[operation.operationId]?.(situation) : undefined;
    return draftOf(operation, { fields: operation.body, ...right, params: { ...EXAMPLES, ...defined(right?.params) } });
  }

  async #send(draft, caller, random) {
    const { operationId } = draft.operation;
    const sent = { method: draft.method, path: pathOf(draft), outside: draft.outside };
    const bytes = bytesOf(draft, headersOf(caller, random));
    this.#tally.ask(operationId);
    const span = this.#switch.begin(operationId);
    try {
      const answer = await this.#wire.ask({ bytes, method: draft.method, ends: draft.ends, ...patienceOf(draft) });
      const verdict = answer ? judge(answer, sent, this.#situation(span)) : unanswered(draft, bytes);
      await this.#conclude({ draft, caller, verdict });
    } catch (error) {
      throw new Error(`${error.message}\n${requestInWords(bytes, caller)}`, { cause: error });
    } finally {
      this.#switch.end(span);
    }
  }

  async #conclude({ draft: { operation }, caller, verdict }) {
    if (!verdict) {
      this.#tally.unanswered += 1;
      return;
    }
    this.#tally.hear(verdict);
    if (verdict.status < 300) this.#finds.learn(operation, verdict.body);
    if (caller.person && isOver(verdict, caller)) this.#cast.drop(caller.person);
    if (verdict.operationId === 'switchSending' && verdict.body.enabled === false) await this.#switch.turnOn();
  }
}

/** What an answer is judged as whose request cannot be told: none of an operation. */
const NO_REQUEST = { method: 'GET', path: '/nowhere', outside: true };

const requestsIn = (bytes) =>
  [...bytes.toString('latin1').matchAll(/^([A-Z]+) (\S+)(?: HTTP\/\d\.\d)?\r?$/gm)].map(([, method, target]) => ({
    method,
    path: pathIn(target),
    outside: true,
  }));

/** Also in the absolute form, which every server takes (RFC 9112 §3.2.2); what stands behind `#` is nobody's. */
const pathIn = (target) => target.replace(/^http:\/\/[^/]*/, '').split('#')[0];

const methodsIn = (bytes) => requestsIn(bytes).map(({ method }) => method);

const defined = (params = {}) => Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));

function isOver({ operationId, status, code }, { kind }) {
  if (status === 401 && code === 'auth.unauthenticated') return true;
  return (status < 300 && ENDINGS.has(operationId)) || (code === 'auth.forbidden' && kind === 'administrator');
}

/** Each request comes from a network of its own: limits are another proof's. */
function headersOf({ token }, random) {
  return [
    ['X-Forwarded-For', newNetwork()],
    ['Accept-Language', LANGUAGES[random.between(0, LANGUAGES.length - 1)]],
    ...(token ? [['Authorization', `Bearer ${token}`]] : []),
  ];
}

const asksForPassword = ({ operationId, fields }) =>
  operationId === 'logIn' || fields.some(({ name }) => name === 'currentPassword');

const isPoll = ({ operation }) => operation.operationId === 'waitForMessage';
const patienceOf = (draft) => (isPoll(draft) ? { patienceMs: POLL_PATIENCE_MS } : {});

function unanswered(draft, bytes) {
  if (draft.outside || isPoll(draft) || bytes.length > MOST_BYTES) return undefined;
  throw new Error('the request was not answered');
}
