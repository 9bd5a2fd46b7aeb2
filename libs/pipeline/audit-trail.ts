import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { GrowingTopic } from '#log/growing-topic.js';
import type { Log } from '#log/log.js';
import { topics } from '#wire/topics.js';
import { encodeTrailEntry, nextTrailHead, type TrailEntry, type TrailStatement } from '#wire/trail.js';

const topic = topics.trail.name;

/**
 * Writes the audit trail. An entry is acknowledged before its act is done, so that no act is without; one
 * whose act did not come about, as its process was killed or another one was faster, says so by being named
 * by no act.
 */
export class AuditTrail {
  readonly #log: Pick<Log, 'append' | 'read'>;
  readonly #topic: GrowingTopic;
  #seen = 0;
  #head = '';
  #writing: Promise<unknown> = Promise.resolve();

  constructor(log: Pick<Log, 'append' | 'read'>) {
    this.#log = log;
    this.#topic = new GrowingTopic(log, topic);
  }

  /** Answers the digest that names the entry, for the record of the act. */
  async write(statement: TrailStatement): Promise<string> {
    const writing = this.#writing.catch(() => undefined).then(async () => this.#write(statement));
    this.#writing = writing;
    return writing;
  }

  async #write(statement: TrailStatement): Promise<string> {
    await this.#topic.readOn(({ value }) => {
      this.#seen += 1;
      this.#head = nextTrailHead(this.#head, value);
    });
    const { value, digest } = encodeTrailEntry(
      trailEntryOf(statement, { seen: this.#seen, head: this.#head }),
    );
    await this.#log.append(topic, [{ key: statement.act, value }]);
    return digest;
  }
}

/** `place`: of the chain that it is to be appended to. */
export function trailEntryOf(
  { act, actor, at, subject, reason, details }: TrailStatement,
  place: Pick<TrailEntry, 'seen' | 'head'>,
): TrailEntry {
  return { id: randomUUID(), ...place, at, act, subject, actor, host: hostname(), reason, details };
}
