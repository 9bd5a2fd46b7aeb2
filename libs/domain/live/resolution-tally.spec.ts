import { describe, expect, it } from '@jest/globals';
import type { AgreedResolution } from '#domain/contract/kpi.js';
import type { HandledContact, RepeatChange } from '#domain/kpi/chain-links.js';
import type { ProgrammeRules } from './live-scope.js';
import { measureAsOf, resolutionCounts, tallyResolution } from './resolution-tally.js';

const [minute, hour] = [60_000, 3_600_000];
const anyone: AgreedResolution = {
  version: 1,
  windowMs: 72 * hour,
  by: null,
  unless: ['refund.made', 'resolution.reopened'],
  resolved: null,
};
const bots: AgreedResolution = { ...anyone, version: 2, windowMs: 24 * hour, by: 'machine', unless: [] };
const declared: AgreedResolution = { ...anyone, resolved: ['a|b:c,d', 'solved'] };
const at = Date.parse('2026-03-02T09:07:00Z');

function contact(own: Partial<HandledContact> & Pick<HandledContact, 'resolution'>): HandledContact {
  return {
    contact: 'c:1',
    customer: 'x',
    programme: 'care',
    reason: '',
    queue: 'chat',
    media: 'chat',
    direction: 'inbound',
    enteredAt: at,
    connectedAt: at,
    endedAt: at + 20 * minute,
    lastAt: at + 20 * minute,
    legs: [],
    ...own,
  };
}

const byBot = { by: 'machine', kinds: ['machine'], topic: null, event: null } as const;
const byPerson = { by: 'person', kinds: ['machine', 'person'], topic: null, event: null } as const;
const byNone = { by: null, kinds: ['machine'], topic: null, event: null } as const;

function changed(own: Partial<RepeatChange> & Pick<RepeatChange, 'contact'>): RepeatChange {
  return { sign: 1, gapMs: null, gapBeforeMs: null, opens: [], eventGapsMs: {}, ...own };
}

/** What is shown of a programme or queue at an instant, by definition. */
function shown(
  changes: readonly RepeatChange[],
  resolutions: readonly AgreedResolution[],
  asOf: number,
  grain = 'programme|care',
) {
  const rules: ProgrammeRules = {
    thresholdsMs: [],
    reason: 'none',
    fcrWindowsMs: [],
    agentTime: 'split',
    resolutions,
  };
  const sums = new Map<string, number>();
  const add = (key: string, field: string, delta: number): void => {
    if (!key.startsWith(grain)) return;
    const start = Date.parse(`${key.split('|')[2] ?? ''}:00Z`) + Number(field[0]) * 15 * minute;
    const measure = measureAsOf(field.split('|')[1] ?? '', start, asOf);
    sums.set(measure, (sums.get(measure) ?? 0) + delta);
  };
  for (const change of changes) tallyResolution(change, rules, add);
  return resolutionCounts(sums, resolutions).map(({ workedOn, settled, provisional, reversed }) => {
    return { workedOn, settled, provisional, reversed };
  });
}

describe('resolutions in the live view', () => {
  // entered 09:07, ended 09:27: at 09:30 three days later 72 h are over, at 09:15 they are not
  const held = changed({ contact: contact({ resolution: byBot }) });

  it.each([
    ['2026-03-05T09:15:00Z', { workedOn: 1, settled: 0, provisional: 1, reversed: 0 }],
    ['2026-03-05T09:30:00Z', { workedOn: 1, settled: 1, provisional: 0, reversed: 0 }],
  ])('are provisional until their window is over: at %s', (instant, counts) => {
    expect(shown([held], [anyone], Date.parse(instant))).toEqual([counts]);
    expect(shown([held], [anyone], Date.parse(instant), 'queue|care')).toEqual([counts]);
  });

  it('are settled at the very instant at which their window is over', () => {
    const endedAt = Date.parse('2026-03-02T09:30:00Z');
    const own = changed({ contact: contact({ resolution: byBot, endedAt }) });
    expect(shown([own], [anyone], endedAt + 72 * hour)).toMatchObject([{ settled: 1, provisional: 0 }]);
    expect(shown([own], [anyone], endedAt + 72 * hour - 1)).toMatchObject([{ settled: 0, provisional: 1 }]);
  });

  it('are reversed by what came within the window, at once, and by each definition on its own', () => {
    const back = { contact: contact({ resolution: byBot }), gapMs: 25 * hour };
    const refunded = { contact: contact({ resolution: byBot }), eventGapsMs: { 'refund.made': hour } };
    expect(shown([changed(back), changed(refunded)], [anyone, bots], at + 24 * 20 * hour)).toEqual([
      { workedOn: 2, settled: 0, provisional: 0, reversed: 2 },
      // 24 h, and no outcome takes one back
      { workedOn: 2, settled: 2, provisional: 0, reversed: 0 },
    ]);
  });

  it('are neither settled nor reversed where someone handed the contact over', () => {
    const all = [byPerson, byNone].map((resolution) =>
      changed({ contact: contact({ resolution }), gapMs: 0 }),
    );
    expect(shown(all, [anyone, bots], at + hour)).toEqual([
      { workedOn: 2, settled: 0, provisional: 0, reversed: 1 },
      { workedOn: 2, settled: 0, provisional: 0, reversed: 0 },
    ]);
  });

  it('are counted where their disposition declares them resolved, whatever characters it has', () => {
    const legs = [{ agent: 'c:bot', queue: 'chat', disposition: 'a|b:c,d' }];
    const all = [changed({ contact: contact({ resolution: byBot, legs }) }), held];
    expect(shown(all, [declared, anyone], at + 24 * 20 * hour)).toMatchObject([
      { workedOn: 1, settled: 1 },
      { workedOn: 2, settled: 2 },
    ]);
  });

  it('leave nothing behind when they are taken back', () => {
    const back = changed({ contact: contact({ resolution: byBot }), sign: -1 });
    expect(shown([held, back], [anyone], at)).toEqual([]);
  });
});
