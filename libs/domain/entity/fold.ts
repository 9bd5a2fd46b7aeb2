import { interpret } from '#domain/contact/interpret.js';
import { interpretPage, interpretStretch, interpretTotals } from '#domain/timeline/timeline-page.js';
import type {
  ActivityRecorded,
  AgentChanged,
  AgentTotals,
  ContactFact,
  Fact,
  OutcomeRecorded,
  SchedulePublished,
} from '#domain/fact/fact.js';
import { factFields } from '#domain/fact/fields.js';
import { interpretOutcome } from '#domain/outcome/interpret.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { interpretSchedule } from '#domain/schedule/schedule.js';

/** What the meter keeps of an entity: the set of its facts and what was last posted of it. */
export interface EntityState {
  /** Each id once, in the order in which the effective facts arrived. */
  readonly facts: readonly Fact[];
  /**
   * Kept, not recomputed: what is taken back must be what was posted, also after the interpretation has been
   * improved.
   */
  readonly posted: PostingContent | null;
}

export interface Change {
  readonly sign: 1 | -1;
  readonly content: PostingContent;
}

/** What the facts of an entity are taken to mean, null while nothing is finished. */
export type Interpret = (facts: readonly Fact[]) => PostingContent | null;

export const unknownEntity: EntityState = { facts: [], posted: null };

/**
 * Facts that are kept of one entity. Each further one is another look at all of them, and what is posted of
 * them grows with them: without a bound few bytes would be made to cost as much as one likes. The longest
 * conversations have some hundred.
 */
export const maxFacts = 1_000;

/** Whether a fact can be added: a revision of a known one always can. */
export function hasRoomFor(fact: Fact, { facts }: EntityState): boolean {
  return facts.length < maxFacts || !counts(fact) || facts.some(({ id }) => id === fact.id);
}

/**
 * Adds one fact to an entity. Where the interpretation changes, the old content is taken back and the new one
 * posted; a duplicate, a lower revision, one too many or a fact that changes nothing finished gives no
 * change. The same state is returned where the fact is not kept; else the fact is the last of `facts`, and a
 * superseded one of the same id is removed.
 */
export function addFact(
  state: EntityState,
  fact: Fact,
  interpretation: Interpret = interpretEntity,
): { state: EntityState; changes: Change[] } {
  if (!counts(fact) || !hasRoomFor(fact, state)) return { state, changes: [] };
  const known = state.facts.find(({ id }) => id === fact.id);
  if (known !== undefined && !supersedes(fact, known)) return { state, changes: [] };
  const others = known === undefined ? state.facts : state.facts.filter((other) => other !== known);
  const facts = [...others, fact];
  const { posted } = state;
  if (posted === null && known === undefined && finishesNothing(fact)) {
    return { state: { facts, posted }, changes: [] };
  }
  return interpretAgain(facts, posted, interpretation);
}

/** What is posted of an entity where its facts are now taken to mean something else than what was posted. */
export function reinterpret(
  { facts, posted }: EntityState,
  interpretation: Interpret = interpretEntity,
): { state: EntityState; changes: Change[] } {
  // An entity of which nothing is known was not posted either.
  if (facts.length === 0) return { state: { facts, posted }, changes: [] };
  return interpretAgain(facts, posted, interpretation);
}

/** What facts say now, beside what was posted of the entity: nothing where it is the same. */
export function interpretAgain(
  facts: readonly Fact[],
  posted: PostingContent | null,
  interpretation: Interpret,
): { state: EntityState; changes: Change[] } {
  const content = interpretation(facts);
  if (sameContent(posted, content)) return { state: { facts, posted }, changes: [] };
  const changes: Change[] = [];
  if (posted !== null) changes.push({ sign: -1, content: posted });
  if (content !== null) changes.push({ sign: 1, content });
  return { state: { facts, posted: content }, changes };
}

/**
 * Which of two facts with the same id counts. Total and independent of arrival order: the higher revision,
 * then, for a platform that says two things with one revision, the greater subject of an outcome, the greater
 * text in the first field in which they differ. Only the fields of its type are compared, in whatever order
 * they were written.
 */
export function supersedes(challenger: Fact, holder: Fact): boolean {
  if (challenger.revision !== holder.revision) return challenger.revision > holder.revision;
  const [place, other] = [subjectOfOutcome(challenger), subjectOfOutcome(holder)];
  if (place !== null && other !== null && place !== other) return place > other;
  if (challenger.type !== holder.type) return challenger.type > holder.type;
  if (challenger.at !== holder.at) return textOf(challenger.at) > textOf(holder.at);
  const fields = factFields[challenger.type] as Readonly<Record<string, unknown>>;
  const left = challenger as unknown as Readonly<Record<string, unknown>>;
  const right = holder as unknown as Readonly<Record<string, unknown>>;
  for (const field in fields) {
    if (left[field] === right[field]) continue;
    const [ours, theirs] = [textOf(left[field]), textOf(right[field])];
    if (ours !== theirs) return ours > theirs;
  }
  return false;
}

/** The subject that a fact says an event is about; null: it is no fact of an outcome. */
function subjectOfOutcome(fact: Fact): string | null {
  if (fact.type === 'outcome.recorded') return fact.entity;
  return fact.type === 'outcome.placed' || fact.type === 'outcome.withdrawn' ? fact.subject : null;
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** What the facts of an entity say together, null while nothing is finished. They are all of one kind. */
export function interpretEntity(facts: readonly Fact[]): PostingContent | null {
  const [first] = facts;
  const type = first?.type;
  if (type === 'outcome.placed') return null;
  if (type === 'outcome.recorded' || type === 'outcome.withdrawn') return outcomeContent(facts);
  if (type === 'activity.recorded') return activityContent(facts.at(-1) as ActivityRecorded);
  if (type === 'agent.changed') return interpretPage(facts as readonly AgentChanged[]);
  if (type === 'agent.stretch') return interpretStretch(first);
  if (type === 'agent.totals') return interpretTotals(facts as readonly AgentTotals[]);
  if (type === 'schedule.published') return interpretSchedule(facts as readonly SchedulePublished[]);
  return interpret(facts as readonly ContactFact[]);
}

/** Facts that no interpretation reads are not kept in the state; the log keeps them. */
function counts(fact: Fact): boolean {
  return (
    fact.type !== 'contact.noted' && fact.type !== 'contact.ended' && fact.type !== 'entity.reinterpreted'
  );
}

/** Where nothing was finished before, these facts do not finish anything: no need to interpret. */
function finishesNothing(fact: Fact): boolean {
  return (
    fact.type === 'contact.started' ||
    fact.type === 'contact.identified' ||
    fact.type === 'agent.joined' ||
    fact.type === 'agent.wrapped'
  );
}

function outcomeContent(facts: readonly Fact[]): PostingContent | null {
  const recorded = facts.filter((fact): fact is OutcomeRecorded => fact.type === 'outcome.recorded');
  return recorded.length === 0 ? null : interpretOutcome(recorded);
}

function activityContent(fact: ActivityRecorded): PostingContent | null {
  const { entity, connection, agent, state, startedAt, endedAt, queue, programme } = fact;
  if (endedAt <= startedAt) return null;
  return {
    kind: 'activity',
    activity: entity,
    connection,
    agent,
    state,
    startedAt,
    endedAt,
    queue,
    programme,
  };
}

/** Contents hold texts, numbers, booleans and null, in lists and records. */
function sameContent(a: PostingContent | null, b: PostingContent | null): boolean {
  return same(a, b);
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return sameList(a, b);
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  let fields = 0;
  for (const key in left) {
    if (!Object.hasOwn(right, key) || !same(left[key], right[key])) return false;
    fields += 1;
  }
  for (const _ in right) fields -= 1;
  return fields === 0;
}

function sameList(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((each, index) => same(each, b[index]));
}
