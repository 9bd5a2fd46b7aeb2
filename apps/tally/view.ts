import type { ContractMeter } from '#domain/contract/meter.js';
import type { ProgrammeView } from '#domain/kpi/tally.js';

/** The catalogue as the tally and the book read it. */
export interface TallyView extends ProgrammeView {
  readonly catalogueVersion: string;
  readonly contracts: readonly { readonly id: string; readonly meter: ContractMeter }[];
}
