import { WholeNumber } from './environment.rules.js';
import { type LimitName, LIMITS, type LimitSetting, type LimitValues, USUAL_LIMITS } from './limits.js';

/** The variables of {@link LIMITS}, each a whole number of its range. */
export abstract class LimitsEnvironment {
  constructor() {
    Object.assign(this, USUAL_LIMITS);
  }

  /** The numbers, once they are validated. */
  static of(environment: LimitsEnvironment): LimitValues {
    const values = environment as LimitsEnvironment & LimitValues;
    return Object.fromEntries(Object.keys(LIMITS).map((name) => [name, values[name as LimitName]])) as LimitValues;
  }
}

for (const [name, { least, most }] of Object.entries<LimitSetting>(LIMITS)) {
  WholeNumber(least, most)(LimitsEnvironment.prototype, name);
}
