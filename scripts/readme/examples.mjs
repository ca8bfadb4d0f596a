/**
 * What of an answer is not as a document shows it, as one sentence; undefined when all is. Keys, kinds, and numbers, and texts without a
 * digit have to be the same. A key `…` means that there is more; a text that ends with `…` goes on.
 */
export function difference(shown, given, path = 'the answer') {
  if (Array.isArray(shown)) return ofLists(shown, given, path);
  if (shown !== null && typeof shown === 'object') return ofObjects(shown, given, path);
  return asShown(shown, given) ? undefined : `${path} is ${JSON.stringify(given)}, shown is ${JSON.stringify(shown)}`;
}

function asShown(shown, given) {
  if (typeof shown !== 'string' || typeof given !== 'string') return shown === given;
  if (shown.endsWith('…')) return given.length > shown.length;
  // Ids, times, codes and phones are others each time.
  return shown === given || (/\d/.test(shown) && given !== '');
}

function ofLists(shown, given, path) {
  if (!Array.isArray(given)) return `${path} is no list`;
  if (shown.length !== given.length) return `${path} has ${given.length} items, shown are ${shown.length}`;
  return first(shown.map((item, index) => difference(item, given[index], `${path}[${index}]`)));
}

function ofObjects({ '…': more, ...shown }, given, path) {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return `${path} is no object`;
  const beyond = Object.keys(given).find((key) => !(key in shown));
  if (more === undefined && beyond) return `${path} has ${beyond}, which is not shown`;
  return first(Object.keys(shown).map((key) => difference(shown[key], given[key], `${path}.${key}`)));
}

const first = (mistakes) => mistakes.find((mistake) => mistake !== undefined);
