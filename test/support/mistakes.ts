import { InvalidConfiguration, loadConfig } from '../../src/config/env.js';

/** What a start with this environment is told to mend, a sentence each; nothing when it would go on. */
export function mistakesOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.mistakes;
    throw error;
  }
}
