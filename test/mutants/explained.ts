import type { OperatorMutant } from './operators.js';

/** A change that no test can find, because nothing that anyone reads differs. */
export interface Explanation {
  readonly file: string;
  /** The line it stands in, trimmed. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
  /** See `OperatorMutant`; absent: the first. */
  readonly nth?: number;
  readonly why: string;
}

export const explanations: readonly Explanation[] = [
  {
    file: 'libs/domain/posting/episodes.ts',
    line: 'if (!inWriting.has(content.media) || content.segments.length < 2) return [content];',
    from: '2',
    to: '0',
    why: 'what has one stay is one episode below as well',
  },
  {
    file: 'libs/domain/posting/link-balance.ts',
    line: 'let digest = 0x811c9dc5;',
    from: '0x811c9dc5',
    to: '0',
    why: 'another digest, as good as random as well; it is compared in one process alone',
  },
  {
    file: 'libs/domain/posting/link-balance.ts',
    line: 'return a.offset < b.offset || (a.offset === b.offset && a.index < b.index);',
    from: '<',
    to: '<=',
    nth: 2,
    why: 'the same position twice, which leaves a rest whichever of the two the head is',
  },
  {
    file: 'libs/domain/posting/link-balance.ts',
    line: 'for (let at = 0; at < link.length; at++) digest = Math.imul(digest ^ link.charCodeAt(at), 0x01000193);',
    from: '<',
    to: '<=',
    why: 'multiplies once more, as good as random as well; a digest is compared in one process alone',
  },
  {
    file: 'libs/domain/live/resolution-links.ts',
    line: 'if (first === undefined || last === undefined) return false;',
    from: '||',
    to: '&&',
    why: 'legs that have a first one have a last one; the compiler asks for both',
  },
  {
    file: 'libs/domain/restatement/edits.ts',
    line: 'return all.reduce((sum, { from, to }) => sum + to - from, 0);',
    from: '0',
    to: '1',
    why: 'lengths that are only compared with each other, both a millisecond longer',
  },
  {
    file: 'libs/domain/restatement/edits.ts',
    line: 'const last = contract.versions.at(-1)?.version ?? 1;',
    from: '1',
    to: '0',
    nth: 2,
    why: 'a contract has a version at least; the compiler asks for another case',
  },
  {
    file: 'libs/domain/entity/fold.ts',
    line: 'if (challenger.revision !== holder.revision) return challenger.revision > holder.revision;',
    from: '>',
    to: '>=',
    why: 'they differ',
  },
  {
    file: 'libs/domain/entity/fold.ts',
    line: 'if (challenger.at !== holder.at) return textOf(challenger.at) > textOf(holder.at);',
    from: '>',
    to: '>=',
    why: 'the texts of two instants that differ do so too',
  },
  {
    file: 'libs/domain/live/sum-name.ts',
    line: 'const MAX_NAMES = 50_000;',
    from: '50_000',
    to: '0',
    why: 'how many names are kept: one that is made again is the same',
  },
  {
    file: 'libs/domain/kpi/chain-links.ts',
    line: 'const first = Math.max(0, countWhile(pages, (page) => compare(firstOf(page), contact) < 0) - 1);',
    from: 'max',
    to: 'min',
    why: 'looks for the contact in all pages, from the first on',
  },
  {
    file: 'libs/domain/kpi/resolution-chain.ts',
    line: 'if (other.enteredAt < shadowAt || enteredAt - other.enteredAt > longestWindowMs + longestContactMs)',
    from: '||',
    to: '&&',
    why: 'looks at contacts further back, of which no gap changes',
  },
  {
    file: 'libs/domain/kpi/resolution-chain.ts',
    line: 'if (other.enteredAt < shadowAt || enteredAt - other.enteredAt > longestWindowMs + longestContactMs)',
    from: '>',
    to: '>=',
    why: 'a contact of 31 days, the longest there is, and 31 days more: no gap is that long',
  },
  {
    file: 'libs/domain/kpi/resolution-chain.ts',
    line: 'const stands = topic === null || topic === resolution.topic;',
    from: '||',
    to: '&&',
    why: 'looks at contacts further back, of which no gap changes',
  },
  {
    file: 'libs/domain/metering/contract-index.ts',
    line: 'if (until > to) to = until;',
    from: '>',
    to: '>=',
    why: 'sets what is there already',
  },
  {
    file: 'libs/domain/metering/metered-item.ts',
    line: 'const banded = termsList.some((inForce) => bandsOf(inForce).length > 0);',
    from: '>',
    to: '>=',
    why: 'a line without bands gets intervals of its own that are the same',
  },
  {
    file: 'libs/domain/metering/metered-item.ts',
    line: "items.push({ kind: 'measure', id, intervals: plain, kinds, keys: [], definitions, isOrdered: false });",
    from: 'false',
    to: 'true',
    why: 'the name of the sum of a measure has no instant',
  },
  {
    file: 'libs/domain/metering/outcome-count.ts',
    line: "if (name !== 'forecast.set' || typeof id !== 'string' || typeof value !== 'number') continue;",
    from: '||',
    to: '&&',
    why: 'an id or a value of another type is no known forecast or no whole number, and left out below',
  },
  {
    file: 'libs/domain/pricing/charge/time-quantities.ts',
    line: 'return only !== undefined && terms.length === 1 ? only : trace.sum(step, version, terms);',
    from: '1',
    to: '0',
    why: 'the sum of one term is the term; one row more in the trace',
  },
  {
    file: 'libs/domain/pricing/charge/units-in-order.ts',
    line: 'if (index < runs.length - 1) {',
    from: '<',
    to: '<=',
    why: 'one row more in the trace, which nothing uses: a place after the last run',
  },
  {
    file: 'libs/domain/pricing/performance/clause-drafts.ts',
    line: 'if (part === undefined || given.length === 1) return part === undefined ? undefined : capped;',
    from: '1',
    to: '0',
    why: 'of one part its share of the cap is the cap',
  },
  {
    file: 'libs/domain/pricing/month-amount.ts',
    line: "terms.map((term, index) => [typeof term === 'string' ? `limit ${index + 1}` : term.row, term]),",
    from: '+',
    to: '-',
    why: 'names of inputs of a sum, which stay different',
  },
  {
    file: 'libs/domain/pricing/discount/month-discounts.ts',
    line: 'const isCut = segments.length > 1 && segments.some(({ inForce }) => inForce.terms.limits !== null);',
    from: '>',
    to: '>=',
    why: 'one row more in the trace, which nothing uses: a month of one segment has no limit of a part',
  },
  {
    file: 'libs/domain/pricing/charge/pass-through.ts',
    line: "const scale = measure?.kind === 'eventSum' || measure?.kind === 'adHoc' ? measure.scale : 0;",
    from: '0',
    to: '1',
    why: 'a contract that passes another measure through is refused by the catalogue',
  },
  {
    file: 'libs/domain/contact/order.ts',
    line: "'contact.noted': 2,",
    from: '2',
    to: '0',
    why: 'nothing is read of it, so its place among what is of its instant does not matter',
  },
  {
    file: 'libs/domain/contact/order.ts',
    line: "'contact.ended': 8,",
    from: '8',
    to: '0',
    why: 'nothing is read of it, so its place among what is of its instant does not matter',
  },
  {
    file: 'libs/domain/contact/own-time.ts',
    line: 'let call = -1;',
    from: '1',
    to: '0',
    why: 'the first leg is always kept, and sets it',
  },
  {
    file: 'libs/domain/contact/own-time.ts',
    line: 'talkMs: leg.talkMs === null ? null : (rest?.talkMs ?? 0),',
    from: '0',
    to: '1',
    why: 'of two lengths there is always a second part',
  },
  {
    file: 'libs/domain/contact/spans.ts',
    line: 'if (other.to <= at) continue;',
    from: '<=',
    to: '<',
    why: 'goes on from the same instant, and adds nothing',
  },
  {
    file: 'libs/domain/period/zone.ts',
    line: 'return found !== undefined && found.from <= instant ? found : undefined;',
    from: '<=',
    to: '<',
    why: 'reads the same interval again',
  },
  {
    file: 'libs/domain/clock/agent-clock.ts',
    line: 'for (let index = countWhile(parts, ({ to: end }) => end <= from); index < parts.length; index += 1) {',
    from: '<=',
    to: '<',
    why: 'a part that ends there has nothing after it',
  },
  {
    file: 'libs/domain/clock/agent-clock.ts',
    line: 'for (let index = countWhile(parts, ({ to: end }) => end <= from); index < parts.length; index += 1) {',
    from: '<',
    to: '<=',
    why: 'there is no part behind the last one: the loop ends there too',
  },
  {
    file: 'libs/domain/clock/agent-clock.ts',
    line: 'const last = parts.at(-1);',
    from: '1',
    to: '0',
    why: 'keeps two parts that touch where one would do',
  },
  {
    file: 'libs/domain/clock/agent-clock.ts',
    line: 'const goesOn = last?.to === part.from && last.of === 1 && part.of === 1;',
    from: '1',
    to: '0',
    why: 'keeps two parts that touch where one would do',
  },
  {
    file: 'libs/domain/clock/agent-clock.ts',
    line: 'const goesOn = last?.to === part.from && last.of === 1 && part.of === 1;',
    from: '1',
    to: '0',
    nth: 2,
    why: 'keeps two parts that touch where one would do',
  },
  {
    file: 'libs/domain/clock/planned-days.ts',
    line: 'return one.startedAt === other.startedAt ? one.schedule < other.schedule : one.startedAt < other.startedAt;',
    from: '<',
    to: '<=',
    why: 'no schedule is asked whether it is earlier than itself',
  },
  {
    file: 'libs/domain/clock/together.ts',
    line: "if (to <= from || scope.agent(agent, from)?.kind === 'machine') return [];",
    from: '<=',
    to: '<',
    why: 'a state of no length is in no day',
  },
  {
    file: 'libs/domain/clock/together.ts',
    line: 'if (a.ms !== b.ms) return a.ms > b.ms;',
    from: '>',
    to: '>=',
    why: 'the two differ',
  },
  {
    file: 'libs/domain/clock/together.ts',
    line: 'if (known !== undefined && at >= known.start && at < known.end) return known;',
    from: '>=',
    to: '>',
    why: 'finds the same day again',
  },
  {
    file: 'libs/domain/timeline/timeline.ts',
    line: '(a, b) => a.at - b.at || a.sequence - b.sequence || rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1),',
    from: '1',
    to: '0',
    nth: 2,
    why: 'sorting asks only whether one comes before the other',
  },
  {
    file: 'libs/domain/clock/agent-clock.ts',
    line: 'return a.from - b.from || (a.id < b.id ? -1 : 1);',
    from: '1',
    to: '0',
    nth: 2,
    why: 'sorting asks only whether one comes before the other',
  },
  {
    file: 'libs/domain/timeline/timeline.ts',
    line: '(a, b) => a.at - b.at || a.sequence - b.sequence || rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1),',
    from: '<',
    to: '<=',
    why: 'no boundary is held against itself',
  },
  {
    file: 'libs/domain/clock/planned-days.ts',
    line: 'return one.startedAt === other.startedAt ? one.schedule < other.schedule : one.startedAt < other.startedAt;',
    from: '<',
    to: '<=',
    nth: 2,
    why: 'the two differ',
  },
];

export function explanationOf(mutant: OperatorMutant): Explanation | null {
  return explanations.find((explanation) => explains(explanation, mutant)) ?? null;
}

export function explains({ file, line, from, to, nth = 1 }: Explanation, mutant: OperatorMutant): boolean {
  const isThere = file === mutant.file && line === mutant.text && nth === mutant.nth;
  return isThere && from === mutant.from && to === mutant.to;
}
