/**
 * Whether two samples come from one distribution, by their ranks (Mann–Whitney U, normal approximation with the correction for
 * ties): the two-sided probability of a difference like this one between samples of the same thing.
 */
export function probabilityOfSame(left, right) {
  const all = [...left.map((value) => ({ value, left: true })), ...right.map((value) => ({ value, left: false }))];
  all.sort((a, b) => a.value - b.value);
  const { rankSum, ties } = ranksOf(all);
  const [n, m] = [left.length, right.length];
  const u = rankSum - (n * (n + 1)) / 2;
  const spread = Math.sqrt(((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1))));
  const z = (Math.abs(u - (n * m) / 2) - 0.5) / spread;
  return Math.min(1, 2 * (1 - normal(z)));
}

function ranksOf(sorted) {
  let rankSum = 0;
  let ties = 0;
  for (let first = 0; first < sorted.length;) {
    let next = first + 1;
    while (next < sorted.length && sorted[next].value === sorted[first].value) next += 1;
    const same = next - first;
    rankSum += sorted.slice(first, next).filter((each) => each.left).length * ((first + 1 + next) / 2);
    ties += same ** 3 - same;
    first = next;
  }
  return { rankSum, ties };
}

/** The standard normal distribution (Abramowitz and Stegun 26.2.17; error below 1e-7). */
function normal(z) {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const factors = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const tail = factors.reduce((sum, factor, index) => sum + factor * t ** (index + 1), 0);
  const upper = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
  return z >= 0 ? 1 - upper : upper;
}
