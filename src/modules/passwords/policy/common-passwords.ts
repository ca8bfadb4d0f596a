import { lazily } from '../../../common/loading/lazily.js';

/** Some 49 000 passwords that leaked most often; unpacked when somebody chooses a password, because few processes see one soon. */
export const commonPasswords = lazily(async (): Promise<ReadonlySet<string>> => {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map((each) => each.toLowerCase()));
});
