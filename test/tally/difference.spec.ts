import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { catalogueDifference, touches } from '#catalogue/difference.js';
import type { CatalogueView } from '#catalogue/view.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { countPosting, countingRules, Sums } from '#pipeline/tally/counting.js';
import { contentOf } from '#pipeline/tally/recount.js';
import { content } from './drawn-journal.js';
import { editedFrom, viewOf } from './edited-catalogues.js';

/** All that a posting counts for under a catalogue, but as one of a chain. */
function countedUnder(view: CatalogueView, posted: PostingContent): string {
  const sums = new Sums();
  const rules = countingRules(view);
  countPosting(
    { position: { partition: 0, offset: 0, index: 0 }, sign: 1, content: posted },
    rules,
    sums.add,
  );
  const all = [...sums.increments()].flatMap(([key, fields]) =>
    [...fields].map(([field, sum]) => `${key} ${field} ${sum}`),
  );
  return JSON.stringify([all.sort(), handledContacts(posted, view, rules.resolving)]);
}

describe('The difference of two catalogues', () => {
  it('touches every posting that counts otherwise, and leaves many alone that do not', () => {
    let [touched, same] = [0, 0];
    const moved: PostingContent[] = [];
    const property = fc.property(
      editedFrom(2),
      fc.array(content, { minLength: 5, maxLength: 12 }),
      (chosen, contents) => {
        const [before, after] = chosen.map(viewOf);
        if (before === undefined || after === undefined) throw new Error('two catalogues are drawn');
        const difference = catalogueDifference(contentOf(before), contentOf(after));
        for (const posted of contents) {
          if (touches(difference, posted, before, after)) touched += 1;
          else {
            same += 1;
            if (countedUnder(after, posted) !== countedUnder(before, posted)) moved.push(posted);
          }
        }
        expect(moved).toEqual([]);
      },
    );
    fc.assert(property, { numRuns: 300 });
    expect(same).toBeGreaterThan(touched / 3);
    expect(touched).toBeGreaterThan(300);
  }, 60_000);
});
