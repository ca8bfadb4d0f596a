/** Pseudo-random numbers that are the same for the same seed (mulberry32). For rehearsals: nothing here is a secret. */
export function randomOf(seed) {
  let state = hashOf(String(seed));
  const word = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit) => Math.floor((word() / 2 ** 32) * limit);
  return {
    below,
    oneOf: (list) => list[below(list.length)],
    chance: (share) => word() < share * 2 ** 32,
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += word().toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}

/** FNV-1a. */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
  return hash;
}

/** A UUIDv7 (RFC 9562 §5.7) of a time in milliseconds. */
export function uuidAt(milliseconds, random) {
  const time = Math.floor(milliseconds).toString(16).padStart(12, '0');
  const noise = random.hex(19);
  const variant = '89ab'[parseInt(noise[3], 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${noise.slice(0, 3)}-${variant}${noise.slice(4, 7)}-${noise.slice(7, 19)}`;
}
