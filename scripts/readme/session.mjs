import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '../..');
/** What the commands find in their folder, as in a clone; what they write there is gone afterwards. */
const IN_CLONE = ['package.json', 'scripts', 'docs'];
const BEGIN = '@@ block ';

/**
 * The bash that somebody types the blocks into, stricter: the first command that fails ends it. `curl` is curl, but keeps the statuses of
 * answers, and ends a body with a line break. `answers 202` wants that status of the last answer, and successes before it;
 * alone it wants successes.
 */
const PRELUDE = `
set -e -o pipefail
shopt -s inherit_errexit
curl() { command curl -w '%{stderr}%{http_code}\\n' "$@" 2>>"$ANSWERS" || return; echo; }
answers() {
  awk -v wanted="\${1-}" '
    { wrong = wrong || (NR > 1 && before >= 400); before = $1 }
    END {
      if (wanted == "" ? before >= 400 : before != wanted) wrong = 1
      if (wrong) { print "the answer was " before (wanted == "" ? "" : ", " wanted " is said") > "/dev/stderr"; exit 1 }
    }' "$ANSWERS"
  : >"$ANSWERS"
}
: >"$ANSWERS"
`;

/**
 * Types the blocks into one bash, one after the other.
 * @param env what the commands find in their environment, beside PATH
 * @returns `{ outputs, error }`: what each block that was begun printed, and why the last of them failed, if it did
 */
export async function typed(blocks, env) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-readme-'));
  try {
    const clone = join(folder, 'clone');
    await mkdir(clone);
    await Promise.all(IN_CLONE.map((name) => symlink(join(ROOT, name), join(clone, name))));
    await writeFile(join(folder, 'story.sh'), PRELUDE + blocks.map(scriptOf).join(''));
    return await run(folder, clone, env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A line that ends in `# 202 …` has said what is answered. */
function scriptOf(block, index) {
  const lines = block.replace(/^(.*\S)\s+# (\d{3})\b.*$/gm, '$1\nanswers $2');
  return `echo; echo '${BEGIN}${index}'\n${lines}\nanswers\n`;
}

async function run(folder, clone, env) {
  const child = spawn('bash', ['--noprofile', '--norc', join(folder, 'story.sh')], {
    cwd: clone,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      ANSWERS: join(folder, 'answers'),
      npm_config_loglevel: 'silent',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, complaints] = await Promise.all([child.stdout, child.stderr].map((stream) => text(stream)));
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  const outputs = output.split(new RegExp(`^${BEGIN}\\d+\n`, 'm')).slice(1);
  return { outputs, error: code === 0 ? undefined : `bash ended with ${code}: ${complaints.trim()}` };
}
