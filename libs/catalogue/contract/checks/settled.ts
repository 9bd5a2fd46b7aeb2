import type { Contract } from '#domain/contract/contract.js';
import { fault, type Fault } from '../../fault.js';
import type { WrittenTerms } from './written-terms.js';

/**
 * Lines that would charge resolutions at a close before their window has passed: what is provisional is never
 * charged.
 */
export function provisionalFaults(
  { lines, measures, kpis }: WrittenTerms,
  { graceHours }: Pick<Contract['period'], 'graceHours'>,
): Fault[] {
  return lines.flatMap((line, index) => {
    const measure = 'measure' in line ? measures[line.measure] : undefined;
    const kpi = measure?.kind === 'resolved' ? kpis[measure.kpi] : undefined;
    if (kpi?.type !== 'settled' || !('settleAfter' in line) || line.settleAfter === 'maturity') return [];
    const hours = Math.ceil(kpi.windowMs / 3_600_000);
    if (hours <= graceHours) return [];
    const message =
      `charges resolutions at a close ${graceHours} h after the period, before their ${hours} h have passed: write ` +
      `\`model: outcome\` with \`settleAfter: maturity\`, or \`period: { graceHours: ${hours} }\``;
    return [fault('charged-before-settled', ['lines', index, 'settleAfter'], message)];
  });
}
