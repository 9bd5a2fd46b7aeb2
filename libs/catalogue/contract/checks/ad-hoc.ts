import type { AdHocQuantity } from '#domain/contract/measure.js';
import { fault, type Fault } from '../../fault.js';
import type { WrittenLine } from '../lines.js';
import type { WrittenTerms } from './written-terms.js';

/** The charge model that charges ad-hoc work recorded in hours, units or as an amount. */
const modelOf: Readonly<Record<AdHocQuantity, WrittenLine['model']>> = {
  hours: 'time',
  units: 'perUnit',
  amount: 'passThrough',
};

/** Lines that charge ad-hoc work by another quantity than it is recorded in, or by times that it has not. */
export function adHocFaults({ lines, measures }: WrittenTerms): Fault[] {
  return lines.flatMap((line, index) => {
    const measure = 'measure' in line ? measures[line.measure] : undefined;
    if (measure?.kind !== 'adHoc' || !('measure' in line)) return [];
    const path = ['lines', index];
    const model = modelOf[measure.of];
    if (line.model !== model) {
      const fitting = Object.entries(modelOf).find(([, charging]) => charging === line.model)?.[0];
      const fix = fitting === undefined ? '' : `, or write \`of: ${fitting}\` in the measure`;
      const message = `'${line.measure}' is ad-hoc work in ${measure.of}: charge it by a line of model ${model}${fix}`;
      return [fault('wrong-measure-kind', [...path, 'measure'], message)];
    }
    const bands = 'bands' in line ? line.bands : [];
    return bands.flatMap(({ id, times }, place) => {
      if (times.length === 0) return [];
      const message = `${id} never applies: ad-hoc work is recorded with its day, not with times of day; write days alone, or rates`;
      return [fault('never-applies', [...path, 'bands', place, 'times'], message)];
    });
  });
}
