import type { Terms } from '#domain/contract/contract.js';
import type { GainShareLine, Line, TimeLine } from '#domain/contract/line.js';
import type { AdHocWork, SeatTime } from '#domain/contract/measure.js';
import { Rational } from '#test/simulation/oracle/rational.js';
import type { Charges } from './charges.js';
import type { Call, Work } from './draw.js';
import { clock, least, sum } from './fractions.js';
import type { AdHocEvent, AdHocPiece, FurtherWork } from './further-work.js';
import type { PricedPeriod, Stretch } from './priced-period.js';
import { outagesOf } from './results.js';

const hourMs = 3_600_000;

/** What of `[from, to)` lies in which terms. */
function within(period: PricedPeriod, from: number, to: number): { stretch: Stretch; ms: number }[] {
  return period.stretches.flatMap((stretch) => {
    const ms = Math.min(to, stretch.to) - Math.max(from, stretch.from);
    return ms > 0 ? [{ stretch, ms }] : [];
  });
}

function lineIn<M extends Line['model']>(terms: Terms, id: string, model: M) {
  const line = terms.lines.find((each) => each.id === id);
  return line?.model === model ? (line as Line & { readonly model: M }) : undefined;
}

/** So much of a line at its price, or at that of a rate. */
function charge(
  charges: Charges,
  line: { readonly id: string; readonly rates: TimeLine['rates'] },
  usual: string,
  rate: string,
  quantity: Rational,
  name: string,
): void {
  const own = line.rates.find(({ id }) => id === rate);
  const price = own?.price ?? usual;
  charges.add(
    { line: line.id, part: 'work', kind: own?.id ?? '', price: String(Number(price)), name },
    quantity,
    Rational.of(price),
  );
}

/**
 * Contacts and time that ask for machines. A contact that both worked on is the person's, from its first
 * entry on; of its time each kind has its own.
 */
export function chargeMachines(
  period: PricedPeriod,
  calls: readonly Call[],
  { bots }: FurtherWork,
  charges: Charges,
): void {
  const handed = calls.flatMap(({ botFrom, from }) =>
    botFrom === undefined ? [] : [{ from: botFrom, to: from }],
  );
  const counted = [
    ...bots.map(({ from }) => ({ at: from, isMachine: true, isHanded: false })),
    ...calls.map(({ from, botFrom }) => ({
      at: botFrom ?? from,
      isMachine: false,
      isHanded: botFrom !== undefined,
    })),
  ];
  for (const { at, isMachine, isHanded } of counted) {
    const stretch = period.at(at);
    const line = stretch === null ? undefined : lineIn(stretch.terms, 'M', 'perUnit');
    if (stretch === null || line === undefined || line.pricing.mode !== 'flat') continue;
    const isForAll = kindsOf(stretch.terms, 'taken').includes('person');
    if (!isMachine && !isForAll && !isHanded) continue;
    const rate = isMachine || !isForAll ? 'bot' : '';
    charge(charges, line, line.pricing.price, rate, Rational.of(1), stretch.name);
  }
  const talks = [
    ...[...bots, ...handed].map((each) => ({ ...each, isMachine: true })),
    ...calls.map(({ from, to }) => ({ from, to, isMachine: false })),
  ];
  for (const { from, to, isMachine } of talks) {
    for (const { stretch, ms } of within(period, from, to)) {
      const line = lineIn(stretch.terms, 'B', 'time');
      if (line === undefined || (!isMachine && !kindsOf(stretch.terms, 'botTalk').includes('person')))
        continue;
      const minutes = new Rational(BigInt(ms), 60_000n);
      charge(charges, line, line.price, isMachine ? 'bot' : '', minutes, stretch.name);
    }
  }
}

function kindsOf({ measures }: Terms, id: string): readonly string[] {
  const measure = measures[id];
  return measure !== undefined && 'where' in measure ? (measure.where?.kinds ?? ['person']) : ['person'];
}

/** By the clock alone: so many seats, whenever they are to be staffed. */
export function chargeSeats(period: PricedPeriod, charges: Charges): void {
  for (const stretch of period.stretches) {
    const line = lineIn(stretch.terms, 'S', 'time');
    const measure = stretch.terms.measures['duty'];
    if (line === undefined || measure?.kind !== 'seats') continue;
    const ms = openTime(measure, stretch) * measure.seats;
    const unitMs = line.unit === 'hour' ? hourMs : 60_000;
    charge(charges, line, line.price, '', new Rational(BigInt(ms), BigInt(unitMs)), stretch.name);
  }
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function openTime({ open }: SeatTime, { from, to }: Stretch): number {
  if (open.length === 0) return to - from;
  let ms = 0;
  const last = clock(to).toPlainDate();
  for (
    let day = clock(from).toPlainDate();
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  ) {
    for (const { days, times } of open) {
      if (days.length > 0 && !(days as readonly string[]).includes(weekdays[day.dayOfWeek - 1] ?? ''))
        continue;
      for (const { fromMs, toMs } of times) {
        const [opens, closes] = [fromMs, toMs].map((at) => instantOf(day, at)) as [number, number];
        ms += Math.max(0, Math.min(to, closes) - Math.max(from, opens));
      }
    }
  }
  return ms;
}

/** When a clock on the wall shows so many ms after midnight. */
function instantOf(day: Temporal.PlainDate, ms: number): number {
  const [date, rest] = ms >= 24 * hourMs ? [day.add({ days: 1 }), ms - 24 * hourMs] : [day, ms];
  const plainTime = Temporal.PlainTime.from({
    hour: Math.floor(rest / hourMs),
    minute: (rest % hourMs) / 60_000,
  });
  return date.toZonedDateTime({ timeZone: clock(0).timeZoneId, plainTime }).epochMilliseconds;
}

/** Each piece once, as far as it is approved. */
export function chargeAdHoc(period: PricedPeriod, pieces: readonly AdHocPiece[], charges: Charges): void {
  for (const { isExpert, events } of pieces) {
    const work = events.findLast(({ name }) => name === 'recorded');
    const withdrawn = events.findLastIndex(({ name }) => name === 'withdrawn');
    const approvals = events.slice(withdrawn + 1).filter(({ name }) => name === 'approved');
    const [first, last] = [approvals[0], approvals.at(-1)];
    if (work === undefined || first === undefined || last === undefined) continue;
    for (const [line, quantity] of [
      ['AH', 'hours'],
      ['AU', 'units'],
      ['AM', 'amount'],
    ] as const)
      chargePiece(period, line, quantityOf(work, last, quantity), isExpert, [work.at, first.at], charges);
  }
}

/** What was recorded, at most what was approved; null: it was recorded in something else. */
function quantityOf(work: AdHocEvent, approval: AdHocEvent, quantity: string): Rational | null {
  const [done, most] = [work, approval].map(({ data }) => data[quantity]);
  if (done === undefined) return null;
  return most === undefined ? Rational.of(done) : least([Rational.of(done), Rational.of(most)]);
}

function chargePiece(
  period: PricedPeriod,
  id: string,
  quantity: Rational | null,
  isExpert: boolean,
  [workAt, approvedAt]: readonly [number, number],
  charges: Charges,
): void {
  if (quantity === null || !period.isInTerm(workAt)) return;
  const countsAt = period.stretches
    .map(({ terms }) => terms.measures['asked'])
    .find((measure): measure is AdHocWork => measure?.kind === 'adHoc')?.countAt;
  const stretch = period.at(countsAt === 'approval' ? approvedAt : workAt);
  if (stretch === null) return;
  const line = stretch.terms.lines.find((each) => each.id === id);
  if (line?.model === 'time') {
    charge(charges, line, line.price, isExpert ? 'expert' : '', quantity, stretch.name);
  } else if (line?.model === 'perUnit' && line.pricing.mode === 'flat') {
    charge(charges, line, line.pricing.price, '', quantity, stretch.name);
  } else if (line?.model === 'passThrough') {
    const of = { line: id, part: 'work', kind: '', price: '', name: stretch.name } as const;
    charges.add(of, quantity, Rational.of(1).plus(Rational.of(line.markup)));
  }
}

/** Of a KPI: its numerator and denominator in some of the period. */
export function gainOf(
  line: GainShareLine,
  { period, calls, scores }: Pick<Work, 'calls' | 'scores'> & { period: PricedPeriod },
  names: ReadonlySet<string>,
): { saved: Rational; count: number } {
  const outages = outagesOf(period, line.kpi);
  const isMeant = (at: number): boolean =>
    names.has(period.at(at)?.name ?? '') && !outages.some(({ from, to }) => at >= from && at < to);
  const baseline = Rational.of(line.baseline);
  const gain = (value: Rational): Rational =>
    line.better === 'lower' ? baseline.minus(value) : value.minus(baseline);
  if (line.kpi === 'quality') {
    const values = scores.filter(({ at }) => isMeant(at)).map(({ score }) => Rational.of(score));
    return { saved: sum(values.map(gain)), count: values.length };
  }
  // a contact counts where it entered the queue, its time is split wherever terms change
  // one that entered before the contract held is none of its contacts
  const isOut = ({ from }: Call): boolean =>
    !period.isInTerm(from) || outages.some((each) => from >= each.from && from < each.to);
  const count = calls.filter(({ from }) => isMeant(from)).length;
  const ms = calls
    .filter((call) => !isOut(call))
    .flatMap(({ from, to }) =>
      period.stretches
        .filter(({ name }) => names.has(name))
        .map((each) => Math.max(0, Math.min(to, each.to) - Math.max(from, each.from))),
    )
    .reduce((all, each) => all + each, 0);
  const seconds = new Rational(BigInt(ms), 1_000n);
  const expected = baseline.times(Rational.of(count));
  return { saved: line.better === 'lower' ? expected.minus(seconds) : seconds.minus(expected), count };
}
