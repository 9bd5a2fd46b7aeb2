import { describe, expect, it } from '@jest/globals';
import type { StateMeaning } from '#domain/activity/activity.js';
import type { PlannedDay, Span } from '#domain/schedule/planned-day.js';
import { adherence, conformance } from './keeping-to-schedule.js';
import type { KpiOf } from './kpi-module.js';

const minute = 60_000;

/** Minutes of a day: `[state, from, to]`; null: a code without a meaning. */
type Piece = readonly [state: StateMeaning | null, from: number, to: number];

function day(planned: readonly Piece[], actual: readonly Piece[], present = actual): PlannedDay {
  const spans = (pieces: readonly Piece[]) =>
    pieces.map(([state, from, to]) => ({ state, code: 'X', from: from * minute, to: to * minute }));
  return {
    planned: spans(planned),
    window: [{ from: 0, to: 1_440 * minute }],
    actual: spans(actual).map(({ state, from, to }) => ({ state: state ?? 'OTHER', from, to })),
    present: spans(present),
  };
}

const terms: KpiOf<'adherence'> = {
  type: 'adherence',
  definition: 'adherence@genesys',
  toleranceMs: 0,
  equivalent: [],
  ignored: ['OTHER'],
  asOf: 'instant',
};

function minutes(spans: readonly Span[] = []): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0) / minute;
}

function kept(planned: PlannedDay, own: Partial<KpiOf<'adherence'>> = {}): string {
  const judged = adherence.days?.({ ...terms, ...own }, planned);
  return `${minutes(judged?.n)}/${minutes(judged?.d)}`;
}

/** 08:00 to 16:00 on queue, a break at 10:00 for a quarter, lunch at 12:00 for half an hour. */
const shift: Piece[] = [
  ['AVAILABLE', 480, 600],
  ['BREAK', 600, 615],
  ['AVAILABLE', 615, 720],
  ['LUNCH', 720, 750],
  ['AVAILABLE', 750, 960],
];

describe('adherence@genesys', () => {
  it('is all of it where everything was done as planned, on queue whether waiting, rung or talking', () => {
    const done: Piece[] = [
      ['AVAILABLE', 480, 500],
      ['RING', 500, 501],
      ['CONTACT', 501, 600],
      ...shift.slice(1),
    ];
    expect(kept(day(shift, done))).toBe('480/480');
  });

  it('loses what was done otherwise, nothing known included, and nothing outside of planned time', () => {
    const done: Piece[] = [
      ['AVAILABLE', 450, 480], // early: not planned
      ['AVAILABLE', 485, 600], // five minutes late
      ['BREAK', 600, 620], // five minutes too long
      ['AVAILABLE', 620, 720],
      ['AVAILABLE', 720, 730], // worked into lunch
      ['LUNCH', 730, 755], // five minutes too long
      ['PREP', 755, 800], // something else for 45 minutes
      ['AVAILABLE', 800, 1_000],
    ];
    // 5 + 5 + 10 + 5 + 45 of 480
    expect(kept(day(shift, done))).toBe('410/480');
  });

  it('forgives what is shorter than the tolerance, without a break; what is as long counts whole', () => {
    const late = (by: number): Piece[] => [['AVAILABLE', 480 + by, 600], ...shift.slice(1)];
    const tolerance = { toleranceMs: 5 * minute };
    expect(kept(day(shift, late(4)), tolerance)).toBe('480/480');
    expect(kept(day(shift, late(5)), tolerance)).toBe('475/480');
    expect(kept(day(shift, late(6)), tolerance)).toBe('474/480');
    // two deviations of four minutes, and one of four over the end of a break
    const twice: Piece[] = [
      ['AVAILABLE', 484, 550],
      ['AVAILABLE', 554, 600],
      ['BREAK', 600, 613],
      ['AVAILABLE', 617, 720],
      ...shift.slice(3),
    ];
    expect(kept(day(shift, twice), tolerance)).toBe('480/480');
    // without a break between them it is one of eight minutes
    const once: Piece[] = [
      ['AVAILABLE', 480, 600],
      ['BREAK', 600, 611],
      ['AVAILABLE', 619, 720],
      ...shift.slice(3),
    ];
    expect(kept(day(shift, once), tolerance)).toBe('472/480');
  });

  it('takes as one what the contract says is one, over several lists', () => {
    const swapped: Piece[] = [
      ...shift.slice(0, 1),
      ['LUNCH', 600, 615],
      ...shift.slice(2, 3),
      ['BREAK', 720, 750],
      ...shift.slice(4),
    ];
    expect(kept(day(shift, swapped))).toBe('435/480');
    expect(kept(day(shift, swapped), { equivalent: [['BREAK', 'LUNCH']] })).toBe('480/480');
    const prepared: Piece[] = [['PREP', 480, 600], ...shift.slice(1)];
    expect(
      kept(day(shift, prepared), {
        equivalent: [
          ['PREP', 'BACK_OFFICE'],
          ['BACK_OFFICE', 'AVAILABLE'],
        ],
      }),
    ).toBe('480/480');
    expect(kept(day(shift, prepared), { equivalent: [['PREP', 'BACK_OFFICE']] })).toBe('360/480');
  });

  it('leaves out of both parts what is ignored, and codes without a meaning', () => {
    const planned: Piece[] = [
      ...shift,
      ['OTHER', 960, 1_000],
      [null, 1_000, 1_100],
      ['LOGGED_IN', 1_100, 1_200],
    ];
    expect(kept(day(planned, shift))).toBe('480/480');
    expect(kept(day(planned, shift), { ignored: [] })).toBe('480/520');
    expect(kept(day(planned, shift), { ignored: ['OTHER', 'BREAK', 'LUNCH'] })).toBe('435/435');
    expect(kept(day([], shift))).toBe('0/0');
  });
});

describe('adherence@salesforce', () => {
  const own = { definition: 'adherence@salesforce' } as const;

  it('is the time of presence within planned time, whatever was done', () => {
    const done: Piece[] = [
      ['BREAK', 470, 500],
      ['PREP', 510, 900],
    ];
    expect(kept(day(shift, done), own)).toBe('410/480');
    expect(kept(day(shift, [], [['LOGGED_IN', 400, 700]]), own)).toBe('220/480');
    expect(kept(day(shift, done), { ...own, toleranceMs: 11 * minute })).toBe('420/480');
  });
});

describe('conformance@genesys', () => {
  const conformed = (planned: PlannedDay, own: Partial<KpiOf<'conformance'>> = {}): string => {
    const judged = conformance.days?.(
      { ...terms, type: 'conformance', definition: 'conformance@genesys', ...own },
      planned,
    );
    return `${minutes(judged?.n)}/${minutes(judged?.d)}`;
  };

  it('is time on queue of that planned, whenever in the day, and may be above it', () => {
    // 120 + 105 + 210 minutes are planned on queue
    expect(conformed(day(shift, shift))).toBe('435/435');
    const worked: Piece[] = [
      ['AVAILABLE', 420, 720],
      ['CONTACT', 720, 1_020],
      ['PREP', 1_020, 1_060],
    ];
    expect(conformed(day(shift, worked))).toBe('600/435');
    expect(conformed(day(shift, worked), { equivalent: [['PREP', 'AVAILABLE']] })).toBe('640/435');
  });

  it('says nothing of a day on which nothing is planned', () => {
    expect(conformed(day([], [['AVAILABLE', 480, 960]]))).toBe('0/0');
  });

  it('leaves out what is of another day', () => {
    const own = day(shift, [['AVAILABLE', 0, 1_440]]);
    const window = [{ from: 360 * minute, to: 1_000 * minute }];
    expect(conformed({ ...own, window })).toBe('640/435');
  });
});
