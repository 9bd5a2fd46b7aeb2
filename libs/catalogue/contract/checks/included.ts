import { asVolumeLine, volumeTerms } from '#domain/contract/volume-line.js';
import { fault, type Fault } from '../../fault.js';
import type { WrittenTerms } from './written-terms.js';

/**
 * A fixed amount that includes a volume, and the line that charges what is above it, must say the same: else
 * units are paid twice or not at all.
 */
export function includedFaults({ lines, measures }: WrittenTerms): Fault[] {
  const charging = lines.flatMap((written, index) => {
    const charged = asVolumeLine(written);
    if (charged === null) return [];
    const unit = charged.model === 'time' ? charged.unit : undefined;
    return [{ line: { ...volumeTerms(charged), id: charged.id, measure: charged.measure, unit }, index }];
  });
  const including = lines.flatMap((line, index) =>
    line.model === 'fixed' && line.includes !== null ? [{ line, index, includes: line.includes }] : [],
  );
  return including.flatMap(({ line: fixed, index, includes: { measure, upTo, unit } }) => {
    const path = ['lines', index, 'includes', 'unit'];
    const isTime = measures[measure]?.kind === 'time';
    if (isTime && unit === undefined)
      return [
        fault('missing', path, `is missing: '${measure}' is time (allowed: hour, minute, second, fte)`),
      ];
    if (!isTime && unit !== undefined && measure in measures)
      return [fault('never-applies', path, `has no effect: '${measure}' is not time`)];
    const otherUnit = charging.find(({ line }) => line.measure === measure && line.unit !== unit);
    if (otherUnit !== undefined) {
      const message = `${unit} is not the unit of '${otherUnit.line.id}', which charges ${measure}: write ${otherUnit.line.unit}`;
      return [fault('includes-contradicted', path, message)];
    }
    const same = including.filter(({ includes }) => includes.measure === measure);
    const all = same.reduce((sum, { includes }) => sum + includes.upTo, 0);
    const own = charging.filter(({ line }) => line.measure === measure);
    const matching = own.filter(({ line }) => line.above === upTo || line.above === all);
    const others = own.filter(({ line }) => line.above > 0 && !matching.some((each) => each.line === line));
    const [first] = own;
    return [
      ...others.map(({ line, index: at }) => {
        const message = `${line.above} is not what '${fixed.id}' includes of ${measure}: ${all}`;
        return fault('includes-contradicted', ['lines', at, 'above'], message);
      }),
      ...(first !== undefined && matching.length === 0 && others.length === 0 && upTo > 0
        ? [
            fault(
              'includes-contradicted',
              ['lines', index, 'includes'],
              `includes ${upTo} of ${measure}, but '${first.line.id}' charges from the first on: write \`above: ${all}\` there`,
            ),
          ]
        : []),
      ...matching.flatMap(({ line, index: at }) => {
        if (line.proration === fixed.proration) return [];
        const message = `${line.proration} is not the proration of '${fixed.id}', which includes the units: write ${fixed.proration}`;
        return [fault('includes-contradicted', ['lines', at, 'proration'], message)];
      }),
    ];
  });
}
