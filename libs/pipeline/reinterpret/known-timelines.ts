import { supersedes } from '#domain/entity/fold.js';
import type { AgentChanged } from '#domain/fact/fact.js';
import { hourOf, pagesOf } from '#domain/timeline/timeline-page.js';

/** A page of a timeline, as the meter keeps it, with its facts. */
export interface KnownPage {
  readonly name: string;
  /** Of the facts. */
  readonly partition: number;
  readonly facts: readonly AgentChanged[];
}

/** Boundaries of whole timelines. A page is made of those of its hour and the first after it. */
export class KnownTimelines {
  readonly #byName = new Map<
    string,
    { readonly partition: number; readonly facts: Map<string, AgentChanged> }
  >();

  add(fact: AgentChanged, partition: number): void {
    let known = this.#byName.get(fact.entity);
    if (known === undefined) this.#byName.set(fact.entity, (known = { partition, facts: new Map() }));
    // As in the meter: what has one id in two hours lies in two pages.
    const key = `${hourOf(fact.at)}|${fact.id}`;
    const held = known.facts.get(key);
    if (held === undefined || supersedes(fact, held)) known.facts.set(key, fact);
  }

  pages(): KnownPage[] {
    return [...this.#byName.values()].flatMap(({ partition, facts }) =>
      pagesOf([...facts.values()]).map((own) => ({ name: own[0]?.entity ?? '', partition, facts: own })),
    );
  }
}
