import type {
  BonusMalus,
  BonusTerms,
  Corridor,
  Limits,
  MalusTerms,
  Waiver,
} from '#domain/contract/bonus-malus.js';
import type { Commitment } from '#domain/contract/commitment.js';
import type { CreditTerms, Discount } from '#domain/contract/discount.js';
import type { Scope } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Vat } from '#domain/contract/line.js';
import type { Measure } from '#domain/contract/measure.js';
import type { WrittenLine } from '../lines.js';

/** Terms as they were written, once their form is right. */
export interface WrittenTerms {
  readonly measures: Readonly<Record<string, Measure>>;
  readonly kpis: Readonly<Record<string, Kpi>>;
  readonly lines: readonly WrittenLine[];
  readonly bonusMalus: readonly BonusMalus[];
  readonly corridors: readonly Corridor[];
  readonly commitments?: readonly Commitment[] | undefined;
  readonly discounts?: readonly Discount[] | undefined;
  readonly credits?: CreditTerms | undefined;
  readonly waivers: readonly (
    Waiver | { readonly id: string; readonly kind: 'period' | 'outage'; readonly of: readonly string[] }
  )[];
  readonly limits: Limits | null;
  readonly bonus?: BonusTerms;
  readonly malus: MalusTerms;
  readonly scope: Scope;
  readonly vat: Vat;
}
