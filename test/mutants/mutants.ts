import type { Mutant } from './mutant.js';
import { stageMutants } from './stage-mutants.js';
import { takeoverMutants } from './takeover-mutants.js';
import { timelineMutants } from './timeline-mutants.js';
import { upgradeMutants } from './upgrade-mutants.js';

/**
 * The first thirteen are what a review planted; four of them survived every suite then. The others were
 * planted while the simulation was made.
 */
export const mutants: readonly Mutant[] = [
  ...stageMutants,
  ...takeoverMutants,
  ...timelineMutants,
  ...upgradeMutants,
  {
    name: 'meter commits state before append',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/meter.ts',
        find: '    fold.append(deps.log),\n',
        replace: '    (async () => (fold.assume(), []))(),\n',
      },
      {
        file: 'libs/pipeline/meter/meter.ts',
        find: '    onCommitted: () => {\n',
        replace: '    onCommitted: async () => {\n      await fold.append(deps.log);\n',
      },
      {
        file: 'libs/pipeline/meter/batch-fold.ts',
        find: '  /** Appends to the journal;',
        replace:
          '  assume(): void {\n    for (const [entity] of this.#last) {\n      const { posted } = entity.state;\n      entity.posted = posted === null ? null : { partition: 0, offset: 0, digest: digestOf(this.#textOf(posted)) };\n    }\n  }\n\n  /** Appends to the journal;',
      },
      {
        file: 'libs/pipeline/partition-stage.ts',
        find: '  onCommitted();',
        replace: '  try {\n    await onCommitted();\n  } catch {\n    throw new StaleClaim(ref);\n  }',
      },
    ],
  },
  {
    name: 'the meter does not look for what was posted before',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/meter.ts',
        find: 'before: isNew ? null : before,',
        replace: 'before: null,',
      },
    ],
  },
  {
    name: 'what an earlier run went on from is posted over',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/batch-fold.ts',
        find: 'if (before.goesOnFrom(this.head)) return false;',
        replace: 'if (before.goesOnFrom(this.head)) return true;',
      },
    ],
  },
  {
    name: 'a restored meter posts of facts that were folded before',
    foundBy: 'libs/pipeline/meter/restore/restore.property',
    edits: [
      {
        file: 'libs/pipeline/meter/restore/restored-store.ts',
        find: 'foldedTo: folded,',
        replace: 'foldedTo: 0,',
      },
    ],
  },
  {
    name: 'a restored store believes the states that it finds',
    foundBy: 'libs/pipeline/meter/restore/restore.spec',
    edits: [
      {
        file: 'libs/pipeline/meter/restore/restore.ts',
        find: '=== balance) return;',
        replace: '=== balance || true) return;',
      },
    ],
  },
  {
    name: 'the last step of a restored store does not ask for the one before',
    foundBy: 'libs/pipeline/meter/restore/restore.spec',
    edits: [
      {
        file: 'libs/pipeline/meter/restore/restored-store.ts',
        find: `too, which the store may have gone back to.
      guard: { key: restoringKey, value: this.#stored },`,
        replace: 'too, which the store may have gone back to.',
      },
    ],
  },
  {
    name: 'tally ignores its watermark',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/tally/tally.ts',
        find: '=> advance(watermark, position))',
        replace: '=> advance(watermark, position) || true)',
      },
    ],
  },
  {
    name: 'tally forgets its watermark on assignment',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/tally/tally.ts',
        find: 'watermark: decodeWatermark(watermark)',
        replace: 'watermark: decodeWatermark(watermark === null ? null : null)',
      },
    ],
  },
  {
    name: 'no reversal where the customer changes',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/domain/entity/fold.ts',
        find: 'if (posted !== null) changes.push',
        replace:
          'if (posted !== null && !(posted.kind === "contact" && content?.kind === "contact" && posted.customer !== content.customer)) changes.push',
      },
    ],
  },
  {
    name: 'late contact leaves the earlier gap stale',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/domain/kpi/repeat-chain.ts',
        find: 'isNew ? linkBefore(after, enteredAt) : undefined,',
        replace: 'undefined,',
      },
    ],
  },
  {
    name: 'watermark ignores the source partition',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/domain/posting/watermark.ts',
        find: 'watermark.get(position.partition)',
        replace: 'watermark.get(0)',
      },
      {
        file: 'libs/domain/posting/watermark.ts',
        find: 'watermark.set(position.partition',
        replace: 'watermark.set(0',
      },
    ],
  },
  {
    name: 'meter looks up state without its claim',
    foundBy: 'simulation',
    edits: [{ file: 'libs/pipeline/meter/archive/rehydrate.ts', find: '    claim,\n  );', replace: '  );' }],
  },
  {
    name: 'the places of a state keep a wrong offset after a revision',
    foundBy: 'libs/pipeline/meter/entity',
    edits: [
      {
        file: 'libs/pipeline/meter/entity.ts',
        find: 'entity.factOffsets.toSpliced(replaced, 1)',
        replace: 'entity.factOffsets.toSpliced(0, 1)',
      },
    ],
  },
  {
    name: 'close does not compare book and tally',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/close/close-period.ts',
        find: '.filter((each) => each.book !== each.tally)',
        replace: '.filter(() => false)',
      },
    ],
  },
  {
    name: 'a meter or a tally behind an earlier cut may close',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/close/close-period.ts',
        find: 'return behindCloses(closes, metered.facts, tallied.offsets) ?? { ...metered, tallied };',
        replace:
          'void behindCloses(closes, metered.facts, tallied.offsets);\n    return { ...metered, tallied };',
      },
    ],
  },
  {
    name: 'the losing invoicer writes its own event',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/close/close-period.ts',
        find: '  if (actor === null) return recordClose(close, event, deps);',
        replace:
          "  await deps.log.append('billing.invoice-ready', [{ key: contract.id, value: event }]);\n  if (actor === null) return recordClose(close, event, deps);",
      },
    ],
  },
  {
    name: 'the meter keeps its cache after a failure',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/meter.ts',
        find: 'rollBack: ({ cache, timelines }) => {\n        cache.clear();',
        replace: 'rollBack: ({ timelines }) => {',
      },
    ],
  },
  {
    name: 'the tally keeps its chains after a failure',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/tally/tally.ts',
        find: '=> {\n        chains.clear();\n        firstSeen.forget();\n      }',
        replace: '=> void [chains, firstSeen]',
      },
    ],
  },
  {
    name: 'a lower revision replaces a higher one',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/domain/entity/fold.ts',
        find: 'challenger.revision > holder.revision',
        replace: 'challenger.revision !== holder.revision',
      },
    ],
  },
  {
    name: 'a gap of exactly the window is no repeat',
    foundBy: 'simulation',
    edits: [
      { file: 'libs/domain/kpi/resolution.ts', find: 'gapMs <= windowMs', replace: 'gapMs < windowMs' },
    ],
  },
  {
    name: 'halves are rounded to even',
    foundBy: 'libs/domain/money',
    edits: [
      {
        file: 'libs/domain/money/money.ts',
        find: 'halfAwayFromZero: Base.ROUND_HALF_UP',
        replace: 'halfAwayFromZero: Base.ROUND_HALF_EVEN',
      },
    ],
  },
  {
    name: 'answers are kept by version',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/domain/kpi/count-outcome.ts',
        find: 'answers.set(kpi.question, {',
        replace: 'answers.set(kpi.question + interval.inForce.version, {',
      },
    ],
  },
  {
    name: 'the archive forgets the posted content',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/entity.ts',
        find: 'posted: posted === null ? null : await contentOf(facts, posted, source) }',
        replace: 'posted: null }',
      },
    ],
  },
  {
    name: 'a restatement does not count earlier adjustments',
    foundBy: 'simulation',
    edits: [{ file: 'libs/wire/invoiced.ts', find: 'data.adjusts?.restated ?? data;', replace: 'data;' }],
  },
  {
    name: 'Lua ignores the epoch',
    foundBy: 'libs/store/redis/redis-store',
    edits: [
      {
        file: 'libs/store/redis/lua/commit.lua',
        find: ' or position[2] ~= epoch then',
        replace: ' then',
      },
    ],
  },
  {
    name: 'the driver never checks the store again',
    foundBy: 'libs/log/driver',
    edits: [
      {
        file: 'libs/log/driver.ts',
        find: 'if (next !== null && next >= promised) return;',
        replace: 'if (next === null || next !== -1) return;',
      },
    ],
  },
  {
    name: 'catching up skips the normalizer',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/wire/stages.ts',
        find: '= [normalizerStage, meterStage, tallyStage];',
        replace: '= [meterStage, tallyStage];',
      },
    ],
  },
  {
    name: 'a book does not ask for the heads of its cut',
    foundBy: 'test/journeys/worked-cases/closing',
    edits: [
      {
        file: 'libs/pipeline/close/cut.ts',
        find: '...(heads !== null && { heads }), ',
        replace: '',
      },
    ],
  },
  {
    name: 'the audit does not look at the heads of closes',
    foundBy: 'libs/pipeline/audit/audit-journal',
    edits: [
      {
        file: 'libs/pipeline/audit/known-heads.ts',
        find: 'return closed === undefined',
        replace: 'return closed !== null',
      },
    ],
  },
];
