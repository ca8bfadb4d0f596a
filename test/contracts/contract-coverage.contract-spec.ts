import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, '../../scripts/contract-coverage.mjs');
const ANSWER = /^ {2}(\w+ \d{3} \S+)$/gm;

describe('The report of what tests have seen of the contract', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-contract-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** The verdict on a record; each list is the file of one process. */
  function verdictOn(...files: readonly (readonly string[])[]) {
    files.forEach((lines, index) =>
      writeFileSync(join(folder, `${index}.txt`), lines.map((line) => `${line}\n`).join('')),
    );
    const env = { LATCHKEY_CONTRACT_RECORD: folder };
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT], { env, encoding: 'utf8' });
    return { passed: status === 0, stdout, stderr, named: [...stderr.matchAll(ANSWER)].map(([, answer]) => answer) };
  }

  /** All that the contract lists: what is missing where nothing was seen. */
  const documented = (): string[] => verdictOn().named as string[];

  it('fails where no run is on record, and names everything', () => {
    const { passed, stderr, named } = verdictOn();
    expect(passed).toBe(false);
    expect(stderr).toContain('No run is on record');
    expect(named).toEqual(
      expect.arrayContaining(['readProfile 200 -', 'readProfile 401 auth.unauthenticated', 'logOut 204 -']),
    );
  });

  it('knows shared answers, several codes of a status, and answers that are no problem beside those that are', () => {
    expect(documented()).toEqual(
      expect.arrayContaining([
        'requestCode 413 request.too_large',
        'requestCode 503 sms.unavailable',
        'requestCode 503 service.unavailable',
        'readReadiness 503 -',
      ]),
    );
  });

  it('passes when processes have seen everything together', () => {
    const all = documented();
    expect(verdictOn(all.slice(0, 100), all.slice(50))).toMatchObject({ passed: true, named: [] });
  });

  it('fails for one answer that nobody has seen, and names it', () => {
    const [first = '', ...others] = documented();
    expect(verdictOn(others)).toMatchObject({ passed: false, named: [first] });
  });

  it('fails for an answer that the contract does not list', () => {
    const all = documented();
    expect(verdictOn([...all, 'logOut 418 -'])).toMatchObject({ passed: false, named: ['logOut 418 -'] });
  });
});
