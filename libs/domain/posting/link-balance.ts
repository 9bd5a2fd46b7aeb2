import type { JournalRecord } from './journal-record.js';
import type { PostingPosition } from './posting.js';

/**
 * Whether the records that a reader has counted form one chain per source partition, whatever the order in
 * which they come, in a few bytes per source. Each record leads from one link to another, so in a whole chain
 * every link but the first and the last occurs twice, and the XOR of all is that of these two. A record that
 * is missing, or a second one at a position (two meters of different versions), leaves a rest. What a record
 * holds is not looked at: `tallyline audit` does that.
 */
export class LinkBalance {
  readonly #sources = new Map<number, SourceBalance>();
  readonly #relinked = new Set<string>();

  /** `record`: counted, or without postings. */
  add({ position, before, link, postings }: JournalRecord): void {
    if (postings.length === 0) {
      const name = `${position.partition} ${before} ${link}`;
      if (this.#relinked.has(name)) return;
      this.#relinked.add(name);
    }
    const source = this.#sourceOf(position.partition);
    source.rest ^= digestOf(before) ^ digestOf(link);
    if (postings.length > 0 && (source.highest === null || isBelow(source.highest, position))) {
      source.highest = position;
      source.head = link;
    }
  }

  /**
   * Source partitions whose records do not form one chain. `heads`: by source, where it must end, as far as
   * that is known.
   */
  brokenSources(heads: readonly string[] = []): number[] {
    const broken = [...this.#sources].filter(
      ([, { rest, head }]) => rest !== (digestOf('') ^ digestOf(head)),
    );
    const others = [...heads.keys()].filter((source) => {
      return heads[source] !== (this.#sources.get(source)?.head ?? '');
    });
    return [...new Set([...broken.map(([source]) => source), ...others])].sort((a, b) => a - b);
  }

  #sourceOf(partition: number): SourceBalance {
    let source = this.#sources.get(partition);
    if (source === undefined) this.#sources.set(partition, (source = { rest: 0, highest: null, head: '' }));
    return source;
  }
}

interface SourceBalance {
  rest: number;
  highest: PostingPosition | null;
  head: string;
}

function isBelow(a: PostingPosition, b: PostingPosition): boolean {
  return a.offset < b.offset || (a.offset === b.offset && a.index < b.index);
}

/** 32 bits of a link, which is as good as random: FNV-1a. */
function digestOf(link: string): number {
  let digest = 0x811c9dc5;
  for (let at = 0; at < link.length; at++) digest = Math.imul(digest ^ link.charCodeAt(at), 0x01000193);
  return digest;
}
