import type { UnitPricing } from '#domain/contract/line.js';
import { flat } from './flat.js';
import { graduated } from './graduated.js';
import { packaged } from './package.js';
import type { UnitPricingMode } from './unit-pricing.js';
import { volume } from './volume.js';

/** Every way in which a contract may price units. */
export const unitPricingModes = {
  flat,
  graduated,
  allUnits: volume,
  package: packaged,
} satisfies { readonly [M in UnitPricing['mode']]: UnitPricingMode<Extract<UnitPricing, { mode: M }>> };
