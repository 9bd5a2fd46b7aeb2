import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import type { WhatIf } from '#domain/whatif/whatif.js';

/** A what-if and its answer. */
export interface WhatIfReport {
  readonly draft: Contract;
  readonly present: Contract | null;
  readonly from: Period;
  readonly to: Period;
  readonly answer: WhatIf;
}
