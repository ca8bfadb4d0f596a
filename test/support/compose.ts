import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../src/common/project-root.js';

/** What the tests read of a service of a compose file. */
export interface ComposeService {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}

export const textOf = (file: string): string => readFileSync(join(PROJECT_ROOT, file), 'utf8');

/** The file as compose reads it where no variable is set. */
export function composeFile(file: string): ComposeFile {
  const text = textOf(file).replace(/\$\{\w+:-([^}]*)\}/g, '$1');
  return parse(text, { merge: true }) as ComposeFile;
}

/** By what nginx shows an address in its log: the rules of the map `$path_shown`, in their order. */
export function pathShown(address: string): string {
  const map = part(textOf('ops/nginx/nginx.conf'), /map \$request_uri \$path_shown \{(.*?)\n {2}\}/s);
  for (const [, pattern = '', shown = ''] of map.matchAll(/"~(.+)" "?(\S+?)"?;/g)) {
    const found = new RegExp(pattern).exec(address);
    if (found) return shown.replace(/\$\{?shown\}?/, found.groups?.shown ?? '');
  }
  return part(map, /default "(.*?)";/);
}

/** What the first group of a pattern finds; throws where it finds nothing. */
function part(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${pattern.source} is not there`);
  return found;
}
