const ID_BYTES = 16;
const CODE_LETTERS = 6;

/**
 * What the other tables need to know of the people who were made, by their place among them. Held as plain bytes, 30 for
 * each: objects for ten million people would not fit into the memory that node takes.
 */
export class Made {
  #ids;
  #codes;
  #createdAt;

  constructor(count) {
    this.count = count;
    this.#ids = Buffer.alloc(count * ID_BYTES);
    this.#codes = Buffer.alloc(count * CODE_LETTERS);
    this.#createdAt = new Float64Array(count);
  }

  add(index, { id, createdAt, code }) {
    this.#ids.hexWrite(id.replaceAll('-', ''), index * ID_BYTES);
    this.#codes.latin1Write(code, index * CODE_LETTERS);
    this.#createdAt[index] = createdAt;
  }

  /** A UUID without its hyphens, which PostgreSQL reads as well. */
  id(index) {
    return this.#ids.hexSlice(index * ID_BYTES, (index + 1) * ID_BYTES);
  }

  /** The invite code. */
  code(index) {
    return this.#codes.latin1Slice(index * CODE_LETTERS, (index + 1) * CODE_LETTERS);
  }

  /** In milliseconds, with fractions. */
  createdAt(index) {
    return this.#createdAt[index];
  }
}
