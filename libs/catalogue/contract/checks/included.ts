import { fault, type Fault } from '../../fault.js';
import type { WrittenTerms } from './written-terms.js';

/**
 * A fixed amount that includes a volume, and the line that charges what is above it, must say the same: else
 * units are paid twice or not at all.
 */
export function includedFaults({ lines }: WrittenTerms): Fault[] {
  const charging = lines.flatMap((line, index) => ('pricing' in line ? [{ line, index }] : []));
  const including = lines.flatMap((line, index) =>
    line.model === 'fixed' && line.includes !== null ? [{ line, index, includes: line.includes }] : [],
  );
  return including.flatMap(({ line: fixed, index, includes: { measure, upTo } }) => {
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
