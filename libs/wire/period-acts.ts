import { z } from 'zod';
import { parseJson } from './parse-json.js';

/** Who did something, and by which way it came in. */
export const actorSchema = z.object({
  /** A person, the name of a key, or `schedule`. */
  name: z.string().min(1),
  /** `process`: a process at its start. */
  via: z.enum(['schedule', 'cli', 'http', 'process']),
  /** Network address, where it came over HTTP. */
  address: z.string().nullable(),
  /** Of the key or token, over HTTP. */
  role: z.string().optional(),
  /** The user of the machine, on the command line. */
  user: z.string().optional(),
});
export type Actor = z.infer<typeof actorSchema>;

/**
 * By their names: of keys over HTTP, on the command line as they say. Capitals and spaces make no other
 * person.
 */
export function isSamePerson(a: Pick<Actor, 'name'>, b: Pick<Actor, 'name'>): boolean {
  return foldedName(a) === foldedName(b);
}

function foldedName({ name }: Pick<Actor, 'name'>): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
}

/** Digest of the entry of the audit trail; absent: made by a version without, or no act of anyone. */
export const trailEntry = z.string().optional();

/** The one who sends deliveries again that were only too early. */
export const earlyDeliveriesActor: Actor = { name: 'early deliveries', via: 'schedule', address: null };

/** The one who closes what is due. */
export const scheduleActor: Actor = { name: 'schedule', via: 'schedule', address: null };

const about = {
  contract: z.string(),
  period: z.string(),
  actor: actorSchema,
  /** UTC epoch ms. */
  at: z.int(),
  trailEntry,
};

const periodAct = z.discriminatedUnion('act', [
  /** From here on the period is neither closed nor adjusted: no close of it that comes later is valid. */
  z.object({ act: z.literal('held'), ...about, reason: z.string().min(1) }),
  z.object({ act: z.literal('released'), ...about, reason: z.string().min(1) }),
  /**
   * Of a contract whose periods two people close: one has made the close and asks another one to confirm it.
   * The latest request of a period is the one that counts; a hold takes it back.
   */
  z.object({
    act: z.literal('requested'),
    ...about,
    reason: z.string().min(1).nullable(),
    /** Names it, for the one who confirms. */
    request: z.string(),
    revision: z.int(),
    /** SHA-256 (hex) of the event that is asked for. */
    digest: z.string(),
    /** Exact text of the record of the close, its event included, but for who confirms it. */
    record: z.string(),
  }),
  /**
   * The schedule came to the period and could not close it; written where the cause is another than before.
   */
  z.object({ act: z.literal('waits'), ...about, code: z.string(), detail: z.string() }),
]);

/**
 * What was decided about a period of a contract beside closes, in `billing.closes`: one topic of one
 * partition, so that of a hold and a close at one moment all readers see the same one first.
 */
export type PeriodAct = z.infer<typeof periodAct>;
export type Hold = Extract<PeriodAct, { act: 'held' }>;
export type CloseRequest = Extract<PeriodAct, { act: 'requested' }>;
export type CloseWait = Extract<PeriodAct, { act: 'waits' }>;

const type = 'tallyline.period-act.v1';

export function encodePeriodAct(act: PeriodAct): string {
  return JSON.stringify({
    specversion: '1.0',
    id: `${act.contract}/${act.period}/${act.act}/${act.at}`,
    source: '/invoicer',
    type,
    subject: act.contract,
    data: act,
  });
}

/** null: the record is no such act. */
export function decodePeriodAct(value: string): PeriodAct | null {
  const parsed = periodActEvent.safeParse(parseJson(value));
  return parsed.success ? parsed.data.data : null;
}

const periodActEvent = z.object({ type: z.literal(type), data: periodAct });

/**
 * Which periods are held, which closes are asked for, and what the schedule waits for, as the records say one
 * after the other.
 */
export class PeriodStandings {
  readonly #held = new Map<string, Hold>();
  readonly #requests = new Map<string, CloseRequest>();
  readonly #waits = new Map<string, CloseWait>();

  take(act: PeriodAct): void {
    const name = nameOf(act.contract, act.period);
    switch (act.act) {
      case 'held':
        this.#held.set(name, act);
        this.#requests.delete(name);
        return;
      case 'released':
        this.#held.delete(name);
        return;
      case 'requested':
        if (!this.#held.has(name)) this.#requests.set(name, act);
        return;
      case 'waits':
        this.#waits.set(name, act);
    }
  }

  /** The next revision of a period was closed: what was asked for is done, or comes too late. */
  closed(contract: string, period: string): void {
    this.#requests.delete(nameOf(contract, period));
  }

  /** What waits for a second person; null: nothing is asked for. */
  request(contract: string, period: string): CloseRequest | null {
    return this.#requests.get(nameOf(contract, period)) ?? null;
  }

  /** null: it is not held. */
  hold(contract: string, period: string): Hold | null {
    return this.#held.get(nameOf(contract, period)) ?? null;
  }

  /** Why the schedule could not close it the last time; null: it never was so. */
  wait(contract: string, period: string): CloseWait | null {
    return this.#waits.get(nameOf(contract, period)) ?? null;
  }
}

function nameOf(contract: string, period: string): string {
  return `${contract}|${period}`;
}
