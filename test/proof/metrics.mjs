import { claim } from './claims.mjs';

const SHOWN_BLOCKS = 10;
/** Operators are told more than whoever asks. */
const ANSWERED_AS = { budget: 'sms.unavailable' };

/** What every process that serves tells of itself at /metrics: `{ port, text, series }`. */
export async function scraped(stage) {
  const answers = await stage.client.getFromEach('/metrics');
  claim(
    answers.every(({ status }) => status === 200),
    'the metrics were not answered',
  );
  return answers.map(({ port, text }) => ({ port, text, series: seriesOf(text) }));
}

/** `{ name, labels, value }` of each line. */
function seriesOf(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('latchkey_'));
  return lines.map((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]);
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
}

const named = ({ series }, name) => series.filter((each) => each.name === name);

/** Every process tells what it did, no more and no less: codes by region, refusals by reason, the blocks that answer least. */
export function claimAgrees(processes, ledger) {
  for (const process of processes) {
    const expected = ledger.of(process.port);
    for (const outcome of ['sent', 'answered'])
      claimTold(codes(process, outcome), expected[outcome], `codes ${outcome}`);
    const refusals = named(process, 'latchkey_code_refusals_total');
    claimTold(sum(refusals), total(expected.refusals), 'refusals');
    for (const { labels, value } of refusals)
      claimTold(value, expected.refusals.get(ANSWERED_AS[labels.reason] ?? labels.reason) ?? 0, labels.reason);
    claimBlocks(process, expected.blocks);
  }
}

const codes = (process, outcome) =>
  sum(
    named(process, 'latchkey_codes_total').filter(({ labels }) => labels.region === 'RU' && labels.outcome === outcome),
  );

const sum = (series) => series.reduce((all, { value }) => all + value, 0);
const total = (counts) => [...counts.values()].reduce((all, each) => all + each, 0);

function claimTold(told, observed, what) {
  claim(told === observed, `a process tells of ${told} (${what}) where ${observed} were seen`);
}

/** Those with the most unanswered codes are shown, and none that has fewer than one that is not. */
function claimBlocks(process, { sent, answered }) {
  const shown = new Map();
  for (const { labels, value } of named(process, 'latchkey_block_codes'))
    shown.set(labels.block, { ...shown.get(labels.block), [labels.outcome]: value });
  claim(shown.size === Math.min(SHOWN_BLOCKS, sent.size), `${shown.size} blocks are shown`);
  for (const [block, told] of shown) {
    const key = block.replace('****', '');
    claimTold(told.sent, sent.get(key) ?? 0, 'codes to a block');
    claimTold(told.answered, answered.get(key) ?? 0, 'answered ones of a block');
  }
  const least = Math.min(...[...shown.values()].map((told) => told.sent - told.answered));
  for (const [block, number] of sent) {
    const hidden = !shown.has(`${block}****`) && number - (answered.get(block) ?? 0) > least;
    claim(!hidden, 'a block is hidden by others that answer better');
  }
}

/** What is left of the budget: the same from every process. */
export function budgetTold(processes) {
  const [first, ...others] = processes.map((process) =>
    Object.fromEntries(named(process, 'latchkey_sms_budget').map(({ labels, value }) => [labels.part, value])),
  );
  const same = others.every((other) => JSON.stringify(other) === JSON.stringify(first));
  claim(same, 'the processes tell of different budgets');
  return first;
}

/** Nobody's number can be read there. */
export function claimNobodyNamed(processes, phones) {
  for (const { text } of processes) {
    const named = phones.filter((phone) => text.includes(phone.slice(1))).length;
    claim(named === 0 && !/\+\d{11}/.test(text), `the metrics have ${named} phones in full`);
  }
}
