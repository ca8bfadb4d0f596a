import type { Contact } from '../../common/contact.js';

/** Somebody may no longer come in. */
export class PersonBlocked {
  constructor(readonly personId: string) {}
}

/** Somebody may come in again. */
export class PersonUnblocked {
  constructor(readonly personId: string) {}
}

/** Somebody is about to be erased: every way in is closed now, so that nobody comes in while what is behind it goes. */
export class PersonErasing {
  constructor(readonly personId: string) {}
}

/** Everything personal is being erased: whoever keeps something of it forgets it now. */
export class PersonErased {
  constructor(
    readonly personId: string,
    readonly contacts: readonly Contact[],
  ) {}
}

/** A contact no longer belongs to a person: what waits for a code there, and what was sent there, is over. */
export class ContactReleased {
  constructor(
    readonly personId: string,
    readonly contact: Contact,
  ) {}
}
