import { beforeAll, expect, it } from '@jest/globals';
import { demoWork } from '#test/faults/demo-work.js';
import { embeddedFigures, type Figures, throughEmbedded } from '#test/faults/figures.js';
import { topics } from '#wire/topics.js';

const work = demoWork(96);
let undisturbed: Figures;
beforeAll(async () => {
  undisturbed = await embeddedFigures(work);
}, 60_000);

it.each(['{"no": "json', 'null', '[]', '{}', '{"data":null}', '""'])(
  'an unrecognised record changes no figure, in whichever topic it lies: %s',
  async (value) => {
    const poisoned = await throughEmbedded(work, async (log) => {
      for (const { name } of Object.values(topics)) await log.append(name, [{ key: 'poison', value }]);
    });
    expect(poisoned).toEqual({
      figures: undisturbed,
      refused: ['meter: unreadable', 'normalizer: unreadable', 'tally: unreadable'],
    });
  },
  60_000,
);
