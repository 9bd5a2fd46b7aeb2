import { describe, expect, it } from '@jest/globals';
import {
  answeredCall,
  contact,
  contactCount,
  sampleContract,
  sampleLeg,
  timeLine,
  utc,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { topics, topicSettings } from '#wire/topics.js';
import { readAllHeldTogether } from './read-held.js';
import { readQuantities } from './read-quantities.js';

const hourMs = 3_600_000;
const [tenth, twentieth] = [utc('2026-03-10T08:00:00Z'), utc('2026-04-20T00:00:00Z')];

const scope: LiveScope = {
  assignmentOf: (queue) => (queue === 'c:q1' ? { programme: 'P', queue } : null),
  agent: () => ({ grade: null, site: null, country: null, skills: [], languages: [] }),
  agentProgramme: () => 'P',
  agentCode: (agent) => agent,
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [], reason: 'none', fcrWindowsMs: [], agentTime: 'split' }),
  plausibility: {
    limitsOf: () => ({ handlingMs: 24 * hourMs, waitMs: 9_999 * hourMs, stateMs: 24 * hourMs }),
    confirmedMs: () => 0,
    together: { limitsOf: () => ({ dayMs: 24 * hourMs, atOnce: 30, timeZone: 'UTC' }) },
  },
};
const meter = contractMeter(
  sampleContract({
    measures: {
      talk: workTime(['TALK', 'HOLD'], { overlaps: 'once' }),
      ready: workTime(['AVAILABLE'], { overlaps: 'once' }),
      calls: contactCount('handled'),
    },
    lines: [timeLine({ id: 'talk', measure: 'talk' }), timeLine({ id: 'ready', measure: 'ready' })],
  }),
  scope,
);

/** An hour on 10 March, and an hour on 20 April: one conversation. */
const twice = (queue: string) =>
  contact({
    contact: 'c:long',
    legs: [
      sampleLeg(tenth, tenth + hourMs, { queue }),
      sampleLeg(twentieth + hourMs, twentieth + 2 * hourMs, { queue }),
    ],
  });
/** The rest of 20 April, all of it. */
const other = { ...answeredCall(twentieth, twentieth + 23 * hourMs), contact: 'c:other' };
const more = { ...answeredCall(twentieth, twentieth + 1), contact: 'c:more' };
const available: PostingContent = {
  kind: 'activity',
  activity: 'c:activity/1',
  connection: 'c',
  agent: 'c:a1',
  queue: null,
  programme: null,
  state: 'AVAILABLE',
  startedAt: tenth,
  endedAt: tenth + 2 * hourMs,
};

async function march(contents: readonly PostingContent[]) {
  const log = new MemoryLog(() => twentieth);
  await log.createTopics(topicSettings(1));
  const write = journalWriter();
  const records = contents.map((content, offset) => {
    const value = write([{ position: { partition: 0, offset, index: 0 }, sign: 1, content }]);
    return { partition: 0, key: 'k', value };
  });
  await log.append(topics.postings.name, records);
  const limit = { facts: null, journal: [contents.length] };
  const [book] = await readQuantities(log, [{ period: '2026-03', meter, view: scope, limit }]);
  const ms = (line: string): number =>
    [...(book ?? [])]
      .filter(([key]) => key.startsWith(`line/${line}/`))
      .reduce((sum, [, value]) => sum + value, 0);
  const held = await readAllHeldTogether(log, limit.journal, scope);
  return { hours: [ms('talk'), ms('ready')].map((each) => each / hourMs), held: [...held.keys()].sort() };
}

describe('Work that is held for a day far from the month that is read', () => {
  it('is not in the book of that month, of which it is a part', async () => {
    expect(await march([twice('c:q1'), other])).toEqual({ hours: [1, 0], held: [] });
    const held = ['c:long', 'c:more', 'c:other'];
    expect(await march([twice('c:q1'), other, more])).toEqual({ hours: [0, 0], held });
  });

  it('claims no second of what the book counts, though the book does not count it', async () => {
    expect(await march([twice('c:unmapped'), available, other])).toEqual({ hours: [0, 1], held: [] });
    expect((await march([twice('c:unmapped'), available, other, more])).hours).toEqual([0, 2]);
  });
});
