const MOST = 200;

/** By the name of a field; what answers tell under these is of use to other requests. */
const KEPT = ['challengeId', 'refreshToken', 'inviteCode', 'phone', 'email', 'username', 'userId', 'actorId'];
/** What `id` is, by operation. */
const IDS = {
  findUsers: 'userId',
  readUser: 'userId',
  readProfile: 'userId',
  listSessions: 'sessionId',
  listInbox: 'messageId',
};

/** What answers told of: people, sessions, codes of all who take part, so that each meets those of others. */
export class Finds {
  #kept = new Map();
  /** Ids and phones that nobody may name: the proof needs whose they are. */
  #spared = new Set();

  spare(value) {
    this.#spared.add(value);
  }

  isSpared(value) {
    return this.#spared.has(value);
  }

  keep(kind, value) {
    if (typeof value !== 'string' || value.length > 200 || this.#spared.has(value)) return;
    const list = this.#kept.get(kind) ?? [];
    list.push(value);
    if (list.length > MOST) list.shift();
    this.#kept.set(kind, list);
  }

  /** One of them, the newest more often; undefined while there is none. */
  some(kind, random) {
    const list = this.#kept.get(kind) ?? [];
    return list[list.length - 1 - Math.floor(random.next() ** 2 * list.length)];
  }

  /** Looks through the body of an answer. */
  learn({ operationId }, body) {
    if (typeof body !== 'object' || body === null) return;
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'object') this.learn({ operationId }, value);
      else this.#learnOf(operationId, name, value);
    }
  }

  #learnOf(operationId, name, value) {
    if (KEPT.includes(name)) this.keep(name, value);
    else if (name === 'id') this.keep(IDS[operationId], value);
    else if (name === 'nextCursor') this.keep(`cursor of ${operationId}`, value);
    else if (name === 'avatarUrl' && value) this.keep('avatarId', value.split('/').at(-1));
  }
}
