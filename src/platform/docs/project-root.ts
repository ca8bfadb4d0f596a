import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json: the sources and the built tree lie below it at different depths. */
export function projectRoot(from = import.meta.dirname): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json is in none of the folders above the program');
  return projectRoot(parent);
}
