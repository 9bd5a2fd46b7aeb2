import { type Doing, monthFrom, monthTo, type Person, type Session } from './centre.js';
import { isLost } from './records.js';

/**
 * Second by second: what each person did, each second once. The rules are those of docs/agent-time.md, said
 * again; it shares no code with the product.
 */

/** In order of precedence: work on contacts is first. */
const precedence = [
  'contact',
  'PREP',
  'TRAINING',
  'MEETING',
  'BREAK',
  'LUNCH',
  'AVAILABLE',
  'OTHER',
] as const;

interface Claim {
  readonly from: number;
  readonly to: number;
  readonly rank: number;
  /** Line of the contract. */
  readonly line: string;
  readonly programme: string | null;
}

/** Milliseconds by `<programme>/<line>/<person>`. */
export function secondsOf(people: readonly Person[]): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, ms: number): void => {
    if (ms > 0) map.set(key, (map.get(key) ?? 0) + ms);
  };
  for (const person of people) {
    const all = person.sessions.flatMap((session) => claimsOf(person, session));
    for (const claims of [all, person.sessions.flatMap((session) => presenceOf(person, session))]) {
      const ordered = claims.toSorted((a, b) => a.from - b.from);
      let active: Claim[] = [];
      let next = 0;
      let border = 0;
      let sharing: { readonly cell: string | null }[] = [];
      const first = ordered[0]?.from ?? 0;
      const last = Math.max(0, ...ordered.map(({ to }) => to));
      for (let second = first; second < last; second++) {
        const isBorder = ordered[next]?.from === second || active.some(({ to }) => to === second);
        if (isBorder) {
          for (; ordered[next]?.from === second; next++) active.push(...ordered.slice(next, next + 1));
          active = active.filter(({ to }) => to > second);
          border = second;
          const rank = Math.min(...active.map((each) => each.rank));
          sharing = active
            .filter((each) => each.rank === rank)
            .map(({ programme, line }) => ({
              cell: programme === null ? null : `${programme}/${line}/${person.code}`,
            }));
        }
        if (active.length === 0 || second < monthFrom || second >= monthTo) continue;
        for (const [turn, { cell }] of sharing.entries()) {
          if (cell !== null) add(sums, cell, turnsIn(second - border, turn, sharing.length));
        }
      }
    }
  }
  return sums;
}

/** Of the thousand milliseconds of this second since the last border: those whose turn it is. */
function turnsIn(since: number, turn: number, sharing: number): number {
  const below = (ms: number): number => Math.floor((ms - turn + sharing - 1) / sharing);
  return below(since * 1000 + 1000) - below(since * 1000);
}

function claimsOf(person: Person, session: Session): Claim[] {
  const states = boundariesOf(session).flatMap(([from, doing, to]): Claim[] => {
    const rank = (precedence as readonly string[]).indexOf(doing);
    // an interval without a row is no claim on Axialys, which does not report availability
    const isReported =
      rank > 0 && !(session.platform === 'axi' && (doing === 'AVAILABLE' || doing === 'OTHER'));
    return isReported ? [{ from, to, rank, line: doing.toLowerCase(), programme: person.programme }] : [];
  });
  const contacts = session.contacts.flatMap(({ from, talk, hold, acw, queueOf }): Claim[] => {
    const end = from + talk + hold;
    const common = { rank: 0, programme: queueOf };
    return [
      { from, to: end, line: 'handle', ...common },
      { from: end, to: end + acw, line: 'acw', ...common },
    ];
  });
  return [...states, ...contacts].filter(({ from, to }) => to > from);
}

/** From login to logout; where that is lost, up to the last that was reported. */
function presenceOf(person: Person, session: Session): Claim[] {
  const [first] = session.parts;
  const last = session.parts.at(-1);
  if (first === undefined || last === undefined) return [];
  if (session.platform === 'axi' && session.isLogoutLost) return [];
  const to = session.isLogoutLost ? last.from : last.to;
  return [{ from: first.from, to, rank: -1, line: 'logged', programme: person.programme }];
}

/** A state lasts until the next that was reported; after a lost logout the last of them was never seen. */
function boundariesOf({ platform, parts, isLogoutLost }: Session): [number, Doing, number][] {
  if (platform === 'axi') return parts.map(({ from, doing, to }) => [from, doing, to]);
  const reported = parts.filter(({ from }) => !isLost(platform, from));
  return reported.flatMap(({ from, doing }, index): [number, Doing, number][] => {
    const next = reported[index + 1]?.from ?? (isLogoutLost ? from : parts.at(-1)?.to);
    return [[from, doing, next ?? from]];
  });
}
