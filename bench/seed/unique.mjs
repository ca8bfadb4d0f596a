import parsePhoneNumber from 'libphonenumber-js/max';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_BITS = 30;
const SUBSCRIBERS = 10_000_000;
/** Prime, and no factor of any number of ranges: so each number comes once before one comes twice. */
const PHONE_STEP = 7_368_787;
/** Odd: so each of the 2^30 codes comes once. */
const CODE_STEP = 0x2c1b3c6d;

/** Russian mobile numbers (E.164) that can exist, each once; `skip` leaves out those that were given before. */
export function* phones(skip) {
  const ranges = mobileRanges();
  const total = ranges.length * SUBSCRIBERS;
  for (let index = skip; index < total; index += 1) {
    const place = (index * PHONE_STEP) % total;
    const range = ranges[Math.floor(place / SUBSCRIBERS)];
    yield `+7${range}${String(place % SUBSCRIBERS).padStart(7, '0')}`;
  }
}

/** The three digits after +7 of which every number is a mobile one, as far as samples tell. */
function mobileRanges() {
  const codes = Array.from({ length: 100 }, (_, index) => String(900 + index));
  const samples = Array.from({ length: 40 }, (_, index) => String(index * 256_409).padStart(7, '0'));
  return codes.filter((code) => samples.every((sample) => isMobile(`+7${code}${sample}`)));
}

function isMobile(number) {
  const phone = parsePhoneNumber(number);
  return phone?.isValid() === true && phone.country === 'RU' && phone.getType() === 'MOBILE';
}

/** Invite codes as people get them: six characters, at least one digit and one letter; each once. */
export function* inviteCodes(skip) {
  let left = skip;
  for (let index = 0; index < 2 ** CODE_BITS; index += 1) {
    const code = codeOf(Math.imul(index, CODE_STEP) & (2 ** CODE_BITS - 1));
    if (!/[0-9]/.test(code) || !/[A-Z]/.test(code)) continue;
    if (left === 0) yield code;
    else left -= 1;
  }
}

function codeOf(number) {
  let code = '';
  for (let shift = CODE_BITS - 5; shift >= 0; shift -= 5) code += CROCKFORD[(number >>> shift) & 31];
  return code;
}
