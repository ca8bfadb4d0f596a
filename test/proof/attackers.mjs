import { remembered } from './asking.mjs';
import { inTurns, several } from './claims.mjs';
import { anyPhone, newBlock, newNetwork, newPhone } from './client.mjs';

/** They ask for numbers of a few blocks again and again and for numbers anywhere, from one network and from thousands. */
export class Attackers {
  #random;
  #networks;
  #blocks;

  /** @param extent `{ networks, blocks }`: how many they have, and how many they have chosen */
  constructor(random, { networks, blocks }) {
    this.#random = random;
    this.#networks = several(networks, newNetwork);
    this.#blocks = several(blocks, newBlock);
  }

  get network() {
    return this.#random.next() < 0.2 ? this.#networks[0] : this.#oneOf(this.#networks);
  }

  next() {
    const phone = this.#random.next() < 0.6 ? this.#oneOf(this.#blocks)() : anyPhone(this.#random);
    return { phone, from: this.network };
  }

  #oneOf(list) {
    return list[this.#random.between(0, list.length - 1)];
  }
}

/** People of whom no harm must come. */
export class Bystanders {
  #ledger;
  #stage;
  #known = [];
  #holding = [];

  constructor(stage, ledger) {
    this.#stage = stage;
    this.#ledger = ledger;
  }

  get number() {
    return this.#known.length + this.#holding.length;
  }

  /** They sign in before anything happens. */
  async becomeKnown(number) {
    this.#known = several(number, () => ({ phone: newPhone(), from: newNetwork() }));
    await inTurns(number, (nth) => this.#ledger.signIn(this.#known[nth]), { lanes: 10 });
    await remembered(this.#stage, number);
  }

  /** Others have just been sent a code. Answers their phones. */
  async askForCodes(number) {
    this.#holding = await inTurns(number, () => this.#ledger.ask({ phone: newPhone(), from: newNetwork() }));
    return this.#holding.map(({ phone }) => phone);
  }

  /** Every second of them: on the network that they always use, or somewhere else. */
  knownSignIn(which) {
    const those = this.#known.filter((_, nth) => nth % 2 === which);
    const from = ({ from: usual }, nth) => (nth % 2 === 0 ? usual : newNetwork());
    return inTurns(those.length, (nth) =>
      this.#ledger.signIn({ phone: those[nth].phone, from: from(those[nth], nth) }),
    );
  }

  /** Those who were sent a code type it now. */
  async answerCodes() {
    await inTurns(this.#holding.length, (nth) => this.#ledger.answer(this.#holding[nth]));
  }
}
