/** The basic character set of GSM 03.38; each takes one of the 160 septets of a message. */
const GSM_BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Its extension table; each takes two. */
const GSM_EXTENDED = new Set('\f^{}\\[~]|€');

const GSM = { single: 160, part: 153 };
const UCS2 = { single: 70, part: 67 };

/** How many messages the operator bills for a text (3GPP TS 23.038, 23.040). */
export function smsSegments(text: string): number {
  const septets = gsmSeptets(text);
  const [units, limit] = septets === undefined ? [text.length, UCS2] : [septets, GSM];
  return units <= limit.single ? 1 : Math.ceil(units / limit.part);
}

function gsmSeptets(text: string): number | undefined {
  let septets = 0;
  for (const character of text) {
    if (GSM_BASIC.has(character)) septets += 1;
    else if (GSM_EXTENDED.has(character)) septets += 2;
    else return undefined;
  }
  return septets;
}
