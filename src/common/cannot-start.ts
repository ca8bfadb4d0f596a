/** Something that whoever starts a process can mend; its message is one or two sentences that say how. */
export class CannotStart extends Error {}
