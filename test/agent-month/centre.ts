import { type Random, seededRandom } from '#apps/cli/demo/random.js';

/**
 * What 40 people of a centre did in October 2025, to the second, and what their platforms say of it. Times
 * are UTC epoch seconds. Nothing here knows how the product counts.
 */
export type Programme = 'bank' | 'shop';
export type Platform = 'gen' | 'ava' | 'axi';

/** What a person does between two boundaries. `BUSY`: with contacts, which are reported themselves. */
export type Doing =
  'AVAILABLE' | 'BUSY' | 'PREP' | 'TRAINING' | 'MEETING' | 'BREAK' | 'LUNCH' | 'OTHER' | 'UNMAPPED';

export interface Part {
  readonly from: number;
  readonly to: number;
  readonly doing: Doing;
}

/** Work on one contact: talk and hold from `from`, after-call work directly after them. Seconds. */
export interface Contact {
  readonly number: number;
  readonly from: number;
  readonly talk: number;
  readonly hold: number;
  readonly acw: number;
  readonly media: 'VOICE' | 'CHAT';
  /** null: of a queue that the catalogue does not name. */
  readonly queueOf: Programme | null;
}

/** One session on one platform; its parts follow each other without a gap. */
export interface Session {
  readonly platform: Platform;
  readonly native: string;
  readonly parts: readonly Part[];
  readonly contacts: readonly Contact[];
  /** The platform never says that it ended. */
  readonly isLogoutLost: boolean;
}

export interface Person {
  readonly code: string;
  readonly programme: Programme;
  readonly ids: readonly { readonly platform: Platform; readonly native: string }[];
  readonly sessions: readonly Session[];
}

const hour = 3_600;

/**
 * 1 October, 00:00 in Paris, and 1 November; between them lies the night of 26 October, with an hour more.
 */
export const monthFrom = Date.UTC(2025, 8, 30, 22) / 1000;
export const monthTo = Date.UTC(2025, 9, 31, 23) / 1000;

/**
 * Begins of shifts that work through a night: into the month, through the change of the clock, and out of it.
 */
const nights = [
  Date.UTC(2025, 8, 30, 20) / 1000,
  Date.UTC(2025, 9, 25, 20) / 1000,
  Date.UTC(2025, 9, 31, 21) / 1000,
];

export function peopleOf(seed: number): Person[] {
  const random = seededRandom(seed);
  let number = 0;
  return Array.from({ length: 40 }, (_, index) => {
    const code = `P${String(index + 1).padStart(2, '0')}`;
    const platform: Platform = index < 14 ? 'gen' : index < 27 ? 'ava' : 'axi';
    const programme: Programme = index % 3 === 0 ? 'shop' : 'bank';
    const ids = [{ platform, native: nativeOf(platform, index) }];
    const isOnTwo = index < 2;
    const isWhole = wholeAt(index);
    if (isOnTwo) ids.push({ platform: 'ava', native: nativeOf('ava', index) });
    const sessions: Session[] = [];
    for (const from of shiftsOf(random, index)) {
      const next = () => ++number;
      const main = sessionOf(random, {
        platform,
        native: ids[0]?.native ?? '',
        from,
        programme,
        next,
        isOnTwo,
        isWhole,
      });
      sessions.push(main);
      if (isOnTwo) sessions.push(besideOf(random, main, ids[1]?.native ?? '', next));
    }
    return { code, programme, ids, sessions };
  });
}

/** Whether everything that a person of this index does is reported and has a meaning. */
export function wholeAt(index: number): boolean {
  return index % 2 === 0;
}

function nativeOf(platform: Platform, index: number): string {
  const number = String(index + 1).padStart(4, '0');
  return platform === 'gen'
    ? `00000000-0000-4000-a000-00000000${number}`
    : `${platform === 'ava' ? 21 : 47}${number}`;
}

/** Most weekdays; of one in ten people the three nights. */
function shiftsOf(random: Random, index: number): number[] {
  if (index % 10 === 9) return nights;
  const days: number[] = [];
  for (let day = 0; day < 31; day++) {
    const midnight = Date.UTC(2025, 9, 1 + day) / 1000;
    const isWeekend = [0, 6].includes(new Date(midnight * 1000).getUTCDay());
    if (isWeekend || random.chance(0.1)) continue;
    days.push(midnight + 6 * hour + random.below(2 * hour));
  }
  return days;
}

interface Shift {
  readonly platform: Platform;
  readonly native: string;
  readonly from: number;
  readonly programme: Programme;
  readonly next: () => number;
  readonly isOnTwo: boolean;
  /** No logout is lost, and everything has a meaning and a queue that the catalogue names. */
  readonly isWhole: boolean;
}

function sessionOf(random: Random, shift: Shift): Session {
  const { platform, native, from, programme, next, isOnTwo, isWhole } = shift;
  const parts: Part[] = [];
  const contacts: Contact[] = [];
  let at = from;
  const does = (doing: Doing, seconds: number): void => {
    const last = parts.at(-1);
    // one state that goes on is not reported twice
    if (last?.doing === doing) parts[parts.length - 1] = { ...last, to: at + seconds };
    else parts.push({ from: at, to: at + seconds, doing });
    at += seconds;
  };
  const works = (): void => {
    const until = at + 2 * hour + random.below(hour / 2);
    while (at < until) {
      does('AVAILABLE', 30 + random.below(2400));
      const block =
        random.chance(0.4) && platform === 'gen' ? chats(random, at) : [call(random, at, isOnTwo)];
      const made = block.map((each) => ({
        ...each,
        number: next(),
        queueOf: queueOf(random, programme, isWhole),
      }));
      contacts.push(...made);
      does(
        'BUSY',
        Math.max(...made.map(({ from: start, talk, hold, acw }) => start + talk + hold + acw)) - at,
      );
    }
    does('AVAILABLE', 10 + random.below(60));
  };
  does('PREP', 300 + random.below(900));
  works();
  // a presence of Genesys always has a meaning, by its system presence
  const isUnmapped = platform !== 'gen' && !isWhole && random.chance(0.4);
  does(isUnmapped ? 'UNMAPPED' : 'BREAK', 600 + random.below(300));
  works();
  does('LUNCH', 1800 + random.below(1800));
  if (random.chance(0.3)) does('TRAINING', hour + random.below(hour / 2));
  if (random.chance(0.2)) does('MEETING', 900 + random.below(900));
  works();
  does(random.chance(0.5) ? 'OTHER' : 'PREP', 60 + random.below(300));
  return { platform, native, parts, contacts, isLogoutLost: !isWhole && random.chance(0.1) };
}

/** A session on the other platform, available most of the time, with calls for the other programme. */
function besideOf(random: Random, main: Session, native: string, next: () => number): Session {
  const begin = (main.parts[0]?.from ?? 0) + 60 + random.below(600);
  const end = (main.parts.at(-1)?.to ?? 0) - random.below(1200);
  const parts: Part[] = [];
  const contacts: Contact[] = [];
  let at = begin;
  while (at < end - hour) {
    const waits = 600 + random.below(2400);
    parts.push({ from: at, to: at + waits, doing: 'AVAILABLE' });
    at += waits;
    const made = { ...call(random, at, true), number: next(), queueOf: 'shop' as const };
    contacts.push(made);
    const takes = made.talk + made.hold + made.acw;
    parts.push({ from: at, to: at + takes, doing: 'BUSY' });
    at += takes;
  }
  parts.push({ from: at, to: end, doing: 'AVAILABLE' });
  return { platform: 'ava', native, parts, contacts, isLogoutLost: false };
}

type Block = Omit<Contact, 'number' | 'queueOf'>;

/** What shares its seconds with other contacts has no hold: nothing says which of them it lost. */
function call(random: Random, from: number, isShared: boolean): Block {
  const hold = !isShared && random.chance(0.3) ? 5 + random.below(60) : 0;
  return { from, talk: 20 + random.below(500), hold, acw: random.below(90), media: 'VOICE' };
}

/** Two at a time, sometimes three, each begins while the first goes on. */
function chats(random: Random, from: number): Block[] {
  const first = 300 + random.below(600);
  const more = Array.from({ length: random.chance(0.2) ? 2 : 1 }, (_, index): Block => {
    const start = from + 7 * (index + 1) + random.below(3) + index * random.below(200);
    return { from: start, talk: 60 + random.below(700), hold: 0, acw: random.below(60), media: 'CHAT' };
  });
  return [{ from, talk: first, hold: 0, acw: random.below(120), media: 'CHAT' }, ...more];
}

function queueOf(random: Random, programme: Programme, isWhole: boolean): Programme | null {
  if (!isWhole && random.chance(0.04)) return null;
  if (random.chance(0.9)) return programme;
  return programme === 'bank' ? 'shop' : 'bank';
}
