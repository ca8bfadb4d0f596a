import { ValidateBy } from 'class-validator';

const PLACEHOLDER = /change-?_?me|secret-?_?here|example|placeholder|your-?_?secret/i;
const FEWEST_DIFFERENT_CHARACTERS = 8;

/** Whether a secret was left in from an example, or is as easy to guess. */
export const isPlaceholder = (secret: string): boolean =>
  PLACEHOLDER.test(secret) || new Set(secret).size < FEWEST_DIFFERENT_CHARACTERS;

/** A URL whose password is not the one that the compose file gives to trials, nor another of an example. Never shown. */
export function RealPasswordInProduction(): PropertyDecorator {
  return ValidateBy({
    name: 'realPasswordInProduction',
    validator: {
      validate: (value, args) =>
        (args?.object as { NODE_ENV?: string }).NODE_ENV !== 'production' || !PLACEHOLDER.test(passwordIn(value)),
      defaultMessage: (args) =>
        `${args?.property} holds a password that is a placeholder: make one with: openssl rand -hex 24`,
    },
  });
}

const passwordIn = (url: unknown): string =>
  typeof url === 'string' && URL.canParse(url) ? new URL(url).password : '';
