import type { BonusMalus, Corridor, JudgedClause, Shape } from '#domain/contract/bonus-malus.js';
import { zero } from '#domain/money/money.js';
import { asVolumeLine, volumeTerms } from '#domain/contract/volume-line.js';
import { fault, type Fault, type Path } from '../../fault.js';
import { unknownFaults, type ClauseNames } from './references.js';
import type { WrittenTerms } from './written-terms.js';

export function bonusMalusFaults(clause: BonusMalus, path: Path, names: ClauseNames): Fault[] {
  if (clause.kind === 'earnBack') {
    return clause.of.flatMap((id, index) => unknownFaults(id, 'bonusMalus', [...path, 'of', index], names));
  }
  const { base, during, bonusIf = [] } = clause;
  return [
    ...sourceFaults(clause, path, names),
    ...base.flatMap((id, index) => unknownFaults(id, 'line', [...path, 'base', index], names)),
    ...unknownFaults(during, 'calendarRule', [...path, 'during'], names),
    ...bonusIf.flatMap(({ kpi }, index) =>
      unknownFaults(kpi, 'kpi', [...path, 'bonusIf', index, 'kpi'], names),
    ),
    ...('shapes' in clause ? shapeFaults(clause.shapes, path) : []),
  ];
}

/** What a clause is judged by. */
function sourceFaults(clause: JudgedClause, path: Path, names: ClauseNames): Fault[] {
  switch (clause.kind) {
    case 'kpi':
      return unknownFaults(clause.kpi, 'kpi', [...path, 'kpi'], names);
    case 'perEvent':
      return unknownFaults(clause.measure, 'event', [...path, 'measure'], names);
    case 'scorecard': {
      const whole = clause.of.reduce((sum, { weight }) => sum.plus(weight), zero);
      const message = `the weights sum to ${whole.toString()}: they are shares of one score and must sum to 1`;
      return [
        ...clause.of.flatMap(({ kpi, shapes }, index) => [
          ...unknownFaults(kpi, 'kpi', [...path, 'of', index, 'kpi'], names),
          ...shapeFaults(shapes, [...path, 'of', index]),
          ...(clause.of.findIndex((other) => other.kpi === kpi) === index
            ? []
            : [
                fault(
                  'base-repeated',
                  [...path, 'of', index, 'kpi'],
                  `'${kpi}' is listed twice and would count twice`,
                ),
              ]),
        ]),
        ...(whole.equals(1) ? [] : [fault('weights-not-one', [...path, 'of'], message)]),
      ];
    }
  }
}

function shapeFaults(shapes: readonly Shape[], path: Path): Fault[] {
  return shapes.flatMap((shape, index) => {
    const at = [...path, 'shapes', index];
    if (shape.shape === 'linear' && Number(shape.from.at) === Number(shape.to.at)) {
      const message = `${shape.to.at} must differ from ${shape.from.at}`;
      return [fault('line-without-slope', [...at, 'to', 'at'], message)];
    }
    if (shape.shape === 'perPoint' && Number(shape.size) <= 0) {
      return [fault('size-not-positive', [...at, 'size'], `${shape.size} must be above 0`)];
    }
    return [];
  });
}

export function corridorFaults(
  corridor: Corridor,
  path: Path,
  terms: WrittenTerms,
  names: ClauseNames,
): Fault[] {
  const { lower, upper } = corridor;
  const unknown = unknownFaults(corridor.line, 'line', [...path, 'line'], names);
  const line = terms.lines.find((candidate) => candidate.id === corridor.line);
  const charged = line === undefined ? null : asVolumeLine(line);
  const isByUnit = charged !== null && volumeTerms(charged).pricing.mode !== 'package';
  const notByUnit = fault(
    'corridor-line-not-by-unit',
    [...path, 'line'],
    `'${corridor.line}' must be charged per unit or by time, at one price or by tiers`,
  );
  const crossed = fault(
    'corridor-bounds-crossed',
    [...path, 'upper'],
    `${upper} must not be below lower ${lower}`,
  );
  const hasRates = line !== undefined && 'rates' in line && line.rates.length > 0;
  const orderUnknown = fault(
    'order-unknown',
    [...path, 'overflowPrice'],
    `which units of '${corridor.line}' are above is open where it has rates: write one price, or a line for each rate`,
  );
  return [
    ...unknown,
    ...(upper !== null && (corridor.overflowPrice !== null || corridor.overflow !== undefined) && hasRates
      ? [orderUnknown]
      : []),
    ...(unknown.length === 0 && !isByUnit ? [notByUnit] : []),
    ...overflowFaults(corridor, path),
    ...(lower === null && upper === null
      ? [fault('corridor-without-bound', path, 'needs lower or upper')]
      : []),
    ...(lower !== null && upper !== null && Number(lower) > Number(upper) ? [crossed] : []),
  ];
}

/** Steps above the upper bound rise, the last has no end, and they stand instead of one price. */
function overflowFaults({ upper, overflow, overflowPrice }: Corridor, path: Path): Fault[] {
  if (overflow === undefined) return [];
  const at = [...path, 'overflow'];
  const faults: Fault[] = [];
  if (overflowPrice !== null)
    faults.push(
      fault('not-one-of-several', at, 'has two prices; allowed is one of: overflowPrice, overflow'),
    );
  if (upper === null) faults.push(fault('never-applies', at, 'is never charged: the corridor has no upper'));
  overflow.forEach(({ upTo }, index) => {
    const place = [...at, index, 'upTo'];
    const before = overflow[index - 1]?.upTo ?? upper ?? '0';
    const isLast = index === overflow.length - 1;
    if (upTo === null && !isLast)
      faults.push(fault('missing', place, 'is missing: only the last step has no end'));
    else if (upTo !== null && isLast)
      faults.push(
        fault(
          'tiers-not-open-ended',
          place,
          `${upTo}: the last step has no end, so that every volume has a price`,
        ),
      );
    else if (upTo !== null && Number(upTo) <= Number(before))
      faults.push(fault('tiers-not-ascending', place, `${upTo} must be above ${before}: steps rise`));
  });
  return faults;
}

export function waiverFaults(
  waiver: WrittenTerms['waivers'][number],
  path: Path,
  names: ClauseNames,
): Fault[] {
  const of = waiver.of.flatMap((id, index) => unknownFaults(id, 'bonusMalus', [...path, 'of', index], names));
  if (waiver.kind !== 'volumeAbove') return of;
  return [
    ...of,
    ...unknownFaults(waiver.measure, 'count', [...path, 'measure'], names),
    ...unknownFaults(waiver.during, 'calendarRule', [...path, 'during'], names),
  ];
}
