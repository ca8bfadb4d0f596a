/** The basic character set of GSM 03.38; each takes one of the 160 septets of a message. */
const GSM_BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Its extension table; each takes two. */
const GSM_EXTENDED = new Set('\f^{}\\[~]|€');

const GSM = { single: 160, part: 153 };
const UCS2 = { single: 70, part: 67 };

/** How many messages the operator bills for a text (3GPP TS 23.038, 23.040). No character is divided between two of them. */
export function smsSegments(text: string): number {
  const characters = [...text];
  const septets = characters.map(septetsOf);
  if (!septets.includes(0)) return parts(septets, GSM);
  const units = characters.map(({ length }) => length);
  return parts(units, UCS2);
}

/** 0 for what GSM does not have. */
function septetsOf(character: string): number {
  if (GSM_BASIC.has(character)) return 1;
  return GSM_EXTENDED.has(character) ? 2 : 0;
}

/** @param sizes of the characters, in septets or in units of 16 bits */
function parts(sizes: readonly number[], limit: typeof GSM): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= limit.single) return 1;
  let [count, used] = [1, 0];
  for (const size of sizes) {
    const fits = used + size <= limit.part;
    if (!fits) count += 1;
    used = fits ? used + size : size;
  }
  return count;
}
