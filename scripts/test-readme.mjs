import { existsSync } from 'node:fs';
import '../test/support/typescript.mjs';
import { ensureBuilt } from './lib/built.mjs';
import { difference } from './readme/examples.mjs';
import { fences, readText } from './readme/markdown.mjs';
import { typed } from './readme/session.mjs';

// `npm run test:readme`: types every bash block of the documents into one bash, in order, against a server that is started as
// `npm start` starts it, on an empty database, and looks whether the answers are those that the documents show.
// `npm ci && npm start` and `npm ci && npm test` are not typed: .ci/run is what does that. Documents that are named follow the
// README, as in `npm run test:readme -- docs/api.md`; else all do.
const FIRST = 'README.md';
const OTHERS = ['docs/api.md', 'docs/accounts.md', 'docs/referrals.md', 'docs/inbox.md', 'docs/operations.md'];
const ORIGIN = 'http://localhost:3000';
const NOT_TYPED = /^npm ci\b/;

const named = process.argv.slice(2);
const absent = named.filter((file) => !existsSync(file));
if (absent.length > 0) {
  console.error(`There is no ${absent.join(', ')}. Name documents by their path from here, such as docs/api.md.`);
  process.exit(1);
}
/** Each typed block, with the answer that is shown after it, if one is, and where it stands. */
const blocks = [FIRST, ...(named.length > 0 ? named : OTHERS)].flatMap((file) => {
  const all = fences(readText(file)).map((block) => ({ ...block, at: `${file}:${block.line}` }));
  return all
    .map((block, index) => ({ ...block, shown: all[index + 1]?.language === 'json' ? all[index + 1].text : undefined }))
    .filter(({ language, text }) => language === 'bash' && !NOT_TYPED.test(text));
});

ensureBuilt();
const { startTestServer, stopTestServer } = await import('../test/support/test-server.ts');
await startTestServer();
let failed;
try {
  failed = await play();
} finally {
  await stopTestServer();
}
console.log(`${blocks.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** Answers how many blocks were wrong. */
async function play() {
  const { startAsByHand } = await import('./readme/server.mjs');
  const server = await startAsByHand();
  try {
    const here = (text) => text.replaceAll(ORIGIN, server.origin);
    const { outputs, error } = await typed(
      blocks.map(({ text }) => here(text)),
      server.env,
    );
    const verdicts = blocks.map((block, index) => mistakeIn(block, outputs[index]));
    if (error) verdicts[Math.max(outputs.length - 1, 0)] = error;
    verdicts.forEach((mistake, index) =>
      console.log(`${mistake ? 'FAILED' : 'ok'} ${blocks[index].at}${mistake ? `: ${mistake}` : ''}`),
    );
    const missed = greetingMissed(server.greeting);
    if (missed) console.log(`FAILED ${FIRST}: the start does not say "${missed}"`);
    return verdicts.filter(Boolean).length + (missed ? 1 : 0);
  } finally {
    await server.stop();
  }

  /** What README.md shows of a start and this one did not print. */
  function greetingMissed(greeting) {
    const shown = fences(readText(FIRST))
      .find(({ text }) => text.includes(' is ready.'))
      .text.trim();
    return shown.split('\n').find((line) => !greeting.includes(line.replaceAll(ORIGIN, server.origin)));
  }
}

function mistakeIn({ shown }, output) {
  if (output === undefined) return 'was not typed, because one before failed';
  if (shown === undefined) return undefined;
  const last = output.trim().split('\n').at(-1);
  try {
    return difference(JSON.parse(shown), JSON.parse(last));
  } catch (error) {
    return `${error.message}: ${last.slice(0, 200)}`;
  }
}
