import { createRequire } from 'node:module';
import type * as Library from 'libphonenumber-js/max';

/**
 * libphonenumber, the copy of it that class-validator has loaded already: as an ES module it would be there twice, with a
 * hundred files and the numbering plans of all countries.
 */
export const { ParseError, getCountryCallingCode, isSupportedCountry, parsePhoneNumberWithError } = createRequire(
  import.meta.url,
)('libphonenumber-js/max') as typeof Library;
