import { asVolumeLine, volumeTerms } from '#domain/contract/volume-line.js';
import { fault, type Fault, type Path } from '../../fault.js';
import type { WrittenTerms } from './written-terms.js';

type WrittenLine = WrittenTerms['lines'][number];

/**
 * What an agreed credit (an amount below zero) cannot do: pay for a volume, or be what a rate, a cap or a
 * commitment is a part of. And least volumes whose missing units cost nothing.
 */
export function belowZeroFaults(terms: WrittenTerms): Fault[] {
  return [
    ...terms.lines.flatMap((line, index) => includedFaults(line, ['lines', index])),
    ...clauseFaults(terms),
    ...(['malus', 'bonus'] as const).flatMap((key) => {
      const { overallCap = null, base } = terms[key] ?? {};
      const own = base ?? terms.lines.flatMap((line) => (line.model === 'gate' ? [] : [line.id]));
      if (overallCap === null || !areCredits(own, terms)) return [];
      return [nothing([key, base === undefined ? 'overallCap' : 'base'], `no ${key} would ever be left`)];
    }),
    ...(terms.discounts ?? []).flatMap(({ base }, index) =>
      base !== null && areCredits(base, terms)
        ? [nothing(['discounts', index, 'base'], 'nothing would ever be taken off')]
        : [],
    ),
    ...(terms.commitments ?? []).flatMap((each, index) =>
      each.kind === 'amount' && each.base !== null && areCredits(each.base, terms)
        ? [nothing(['commitments', index, 'base'], 'nothing counts towards the amount')]
        : [],
    ),
    ...minVolumeFaults(terms),
  ];
}

function isCredit(line: WrittenLine): boolean {
  return 'amount' in line && line.amount.startsWith('-');
}

function areCredits(ids: readonly string[], { lines }: WrittenTerms): boolean {
  return (
    ids.length > 0 &&
    ids.every((id) => lines.some((line) => line.model !== 'gate' && line.id === id && isCredit(line)))
  );
}

function nothing(path: Path, why: string): Fault {
  const message = `holds agreed credits alone, whose amounts are below zero: ${why}; name a line that is charged`;
  return fault('never-applies', path, message);
}

function includedFaults(line: WrittenLine, path: Path): Fault[] {
  if (line.model !== 'fixed' || line.includes === null || !isCredit(line)) return [];
  const message =
    `is of an agreed credit (${line.amount}), which pays for no volume: write it at a fixed amount of at least 0, ` +
    'and the credit as a line of its own';
  return [fault('never-applies', [...path, 'includes'], message)];
}

/** Amounts are given on a base of credits as well, and have its VAT; what is a part of it is nothing. */
function clauseFaults(terms: WrittenTerms): Fault[] {
  return terms.bonusMalus.flatMap((clause, index) => {
    if (clause.kind === 'earnBack' || !areCredits(clause.base, terms)) return [];
    const path = ['bonusMalus', index];
    const isRate = clause.kind !== 'perEvent' && clause.unit !== 'amount';
    if (isRate) return [nothing([...path, 'base'], 'a rate of them is nothing')];
    const isCapped = clause.cap.bonus !== null || clause.cap.malus !== null;
    return isCapped ? [nothing([...path, 'base'], 'a cap that is a part of them leaves nothing')] : [];
  });
}

/** What is missing to a least volume costs something. */
function minVolumeFaults({ lines, corridors, commitments = [] }: WrittenTerms): Fault[] {
  const free = (path: Path, price: string | null, id: string): Fault[] => {
    if (price !== null && Number(price) > 0) return [];
    const line = lines.find((each) => each.model !== 'gate' && each.id === id);
    if (price === null && (line === undefined || !isFree(line))) return [];
    const why = price === null ? `units of '${id}' cost nothing` : `${price} charges nothing`;
    const fix = 'write a shortfallPrice above 0, or an amount as the minimum';
    return [fault('never-applies', path, `${why}, and so does what is missing: ${fix}`)];
  };
  return [
    ...lines.flatMap((line, index) => {
      const minimum = 'minimum' in line ? line.minimum : undefined;
      if (line.model === 'gate' || minimum === undefined || minimum.volume === null) return [];
      return free(['lines', index, 'minimum'], minimum.shortfallPrice, line.id);
    }),
    ...corridors.flatMap(({ line, lower, shortfallPrice }, index) =>
      lower === null || Number(lower) === 0
        ? []
        : free(
            ['corridors', index, shortfallPrice === null ? 'lower' : 'shortfallPrice'],
            shortfallPrice,
            line,
          ),
    ),
    ...commitments.flatMap((each, index) =>
      each.kind === 'volume'
        ? free(['commitments', index, 'shortfallPrice'], each.shortfallPrice, each.line)
        : [],
    ),
  ];
}

/** What is missing has the price of the line, whatever bands and rates it has. */
function isFree(line: WrittenLine): boolean {
  const charged = asVolumeLine(line);
  if (charged === null) return false;
  const { pricing } = volumeTerms(charged);
  const prices = 'steps' in pricing ? pricing.steps.map(({ price }) => price) : [pricing.price];
  return prices.every((price) => Number(price) === 0);
}
