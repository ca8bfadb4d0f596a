import { readFileSync } from 'node:fs';

/** What may stand in a file instead, as secrets are mounted into containers: `APP_SECRET_FILE` names the file of `APP_SECRET`. */
export const SECRETS = [
  'APP_SECRET',
  'APP_SECRET_PREVIOUS',
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'OPS_TOKEN',
  'QA_INBOX_TOKEN',
  'SMS_AERO_API_KEY',
  'SMTP_URL',
] as const;

type SecretName = (typeof SECRETS)[number];

export interface SecretFiles {
  readonly values: Partial<Record<SecretName, string>>;
  /** One sentence for each secret that cannot be had, by its name. The path is not shown: it may be the secret itself, put into the wrong variable. */
  readonly mistakes: Partial<Record<SecretName, string>>;
}

/** Reads the files that an environment names. White space around a value, such as the line break at the end, is not a part of it. */
export function readSecretFiles(env: NodeJS.ProcessEnv): SecretFiles {
  const files: { values: SecretFiles['values']; mistakes: SecretFiles['mistakes'] } = { values: {}, mistakes: {} };
  for (const name of SECRETS) {
    const path = env[`${name}_FILE`]?.trim();
    if (!path) continue;
    const { value, mistake } = env[name]?.trim() ? { mistake: bothOf(name) } : contentOf(name, path);
    Object.assign(mistake === undefined ? files.values : files.mistakes, { [name]: mistake ?? value });
  }
  return files;
}

interface Content {
  readonly value?: string;
  readonly mistake?: string;
}

function contentOf(name: SecretName, path: string): Content {
  try {
    const value = readFileSync(path, 'utf8').trim();
    return value === '' ? { mistake: `${name}_FILE names an empty file: write the value into it.` } : { value };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return {
      mistake: `${name}_FILE names a file that cannot be read (${code}): correct the path, or let this user read it.`,
    };
  }
}

const bothOf = (name: SecretName): string => `${name} and ${name}_FILE are both set: keep one of them.`;
