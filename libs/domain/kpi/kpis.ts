import { abandonment, answerRate } from './abandonment.js';
import { contactsPerHour, occupancy, utilisation } from './agent-load.js';
import { delay, within } from './delay.js';
import { eventRatio, eventShare } from './event-ratio.js';
import { acw, aht, att } from './handle-time.js';
import { hold } from './hold.js';
import { adherence, conformance } from './keeping-to-schedule.js';
import { type KpiScale, kpiScales, type KpiUnit } from './kpi-unit.js';
import type { KpiModule, KpiType } from './kpi-module.js';
import { quality } from './quality.js';
import { fcrDeclared, fcrPerContact, fcrPerIssue, settled } from './resolution.js';
import { serviceLevel } from './service-level.js';
import { asa } from './speed-of-answer.js';
import { fcrSurvey, meanScore, nps, topBox } from './survey.js';
import { transfer } from './transfer.js';

/**
 * Every KPI that contracts know, each with the module that counts it; the live view shows those that
 * `live/kpi-figure.ts` names. Formulas in words: docs/contracts.md, "KPIs".
 */
const kpis = {
  aht,
  att,
  acw,
  asa,
  serviceLevel,
  abandonment,
  answerRate,
  transfer,
  hold,
  occupancy,
  utilisation,
  contactsPerHour,
  adherence,
  conformance,
  fcrPerContact,
  fcrPerIssue,
  settled,
  fcrDeclared,
  topBox,
  meanScore,
  nps,
  fcrSurvey,
  ratio: eventRatio,
  share: eventShare,
  quality,
  delay,
  within,
} as const satisfies { [T in KpiType]: KpiModule<T> };

/** Every type, in the order of the registry. */
export const kpiTypes = Object.keys(kpis) as readonly KpiType[];

/** TypeScript does not see that a module gets definitions of its own type only. */
const modules = kpis as Readonly<Record<KpiType, KpiModule<KpiType>>>;

/** The module of a definition, to be called with this definition and no other. */
export function kpiModule({ type }: { readonly type: KpiType }): KpiModule<KpiType> {
  return modules[type];
}

export function unitOf(kpi: { readonly type: KpiType }): KpiUnit {
  return kpiModule(kpi).unit;
}

/** How numerator and denominator become the value in the unit. */
export function scaleOf(kpi: { readonly type: KpiType }): KpiScale {
  return kpiScales[unitOf(kpi)];
}
