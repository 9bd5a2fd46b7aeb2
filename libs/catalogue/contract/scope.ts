import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Programme } from '../catalogue.js';
import type { DraftPart } from '../draft.js';
import type { FileFault, Path } from '../fault.js';
import { allowedWords, suggestion } from '../nearest.js';
import { faultAt } from '../source.js';
import { exampleQueues } from './examples.js';

/** Contracts that name an unknown programme, or a queue that the programme does not have. */
export function contractScopeFaults(
  contracts: readonly DraftPart<Contract>[],
  programmes: readonly DraftPart<Programme>[],
): FileFault[] {
  const ids = programmes.flatMap(({ id }) => (id === null ? [] : [id]));
  const byId = new Map(
    programmes.flatMap(({ value }) => (value === null ? [] : [[value.id, value] as const])),
  );
  return contracts.flatMap(({ value: contract, written, place }) => {
    if (contract === null) return [];
    if (!ids.includes(contract.programme)) {
      const message = `there is no programme '${contract.programme}'${suggestion(contract.programme, ids)}`;
      const path = ['scope', 'programme'];
      return [faultAt(place, 'unknown-programme', `${message} ${allowedWords(ids)}`, path)];
    }
    const programme = byId.get(contract.programme);
    if (programme === undefined) return []; // its own faults come first
    const names = [...new Set(programme.queues.map(({ name }) => name))];
    const { examples } = written as { examples?: unknown };
    return [...queueMentions(contract), ...exampleQueues(examples)].flatMap(({ queue, path }) => {
      if (names.includes(queue)) return [];
      const message = `programme '${programme.id}' has no queue '${queue}'${suggestion(queue, names)}`;
      return [faultAt(place, 'unknown-queue', `${message} ${allowedWords(names)}`, path)];
    });
  });
}

interface QueueMention {
  readonly queue: string;
  readonly path: Path;
}

/** Every queue that any version or window of the contract names, each once. */
function queueMentions({ versions }: Contract): QueueMention[] {
  const all = versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
  const mentions = all.flatMap(mentionsOf).map((mention) => [JSON.stringify(mention), mention] as const);
  return [...new Map(mentions).values()];
}

/** Of terms that an amendment or calendar rule sets, the path is that of what they amend. */
function mentionsOf({ scope, measures, lines }: Terms): QueueMention[] {
  const at = (path: Path, queues: readonly string[] | null | undefined): QueueMention[] => {
    return (queues ?? []).map((queue) => ({ queue, path }));
  };
  return [
    ...at(['scope', 'queues'], scope.queues),
    ...Object.entries(measures).flatMap(([name, measure]) => {
      const where = 'where' in measure ? measure.where : null;
      return at(['measures', name, 'where', 'queues'], where?.queues);
    }),
    ...lines.flatMap((line, index) => {
      const rates = 'rates' in line ? line.rates : [];
      return rates.flatMap((rate, place) =>
        at(['lines', index, 'rates', place, 'when', 'queues'], rate.when.queues),
      );
    }),
  ];
}
