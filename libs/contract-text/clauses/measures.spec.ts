import { describe, expect, it } from '@jest/globals';
import type { AgentKind } from '#domain/contract/agent-kind.js';
import { hoursDefinitions } from '#domain/scope/agent-hours.js';
import { contactCount, workTime } from '#domain/contract/contract.fixture.js';
import { phrasebook } from '../phrasebook.js';
import { measureClause } from './measures.js';

const speeches = (['en', 'fr'] as const).map((language) => phrasebook(language, 'EUR', 'Europe/Paris'));
const asked = (...kinds: readonly AgentKind[]) => ({
  where: { queues: null, media: null, directions: null, dispositions: null, kinds },
});

it('names hours that all states of a definition make up, with its version, and what is paid beside them', () => {
  const productive = hoursDefinitions[0]?.states ?? [];
  const texts = speeches.map((speech) => measureClause('w', workTime(['COACHING', ...productive]), speech));
  expect(texts).toEqual([
    'w: time spent in productive hours (productive@1: dialling, conversation, hold, after-call work, after-call work ' +
      'of offers not taken, preview of callbacks, ringing, preparation, availability, back-office work and technical ' +
      "issues on the client's side) and coaching.",
    'w: le temps passé en heures de production (productive@1 : numérotation, conversation, mise en garde, post-appel, ' +
      'post-appel des appels non pris, préparation des rappels, sonnerie, préparation, disponibilité, back-office et ' +
      'incident technique côté client) et accompagnement.',
  ]);
  const some = measureClause('w', workTime(productive.slice(1)), speeches[0]!);
  expect(some).not.toContain('productive');
});

describe('the clause of a measure that says whose work counts', () => {
  it.each([
    [['machine'], 'work of machines alone', 'travail des machines uniquement'],
    [['person'], 'work of people alone', 'travail des personnes uniquement'],
    [['machine', 'person'], 'work of people and of machines', 'travail des personnes et des machines'],
  ] as const)('names them: %s', (kinds, ...said) => {
    for (const [index, speech] of speeches.entries())
      expect(measureClause('talk', workTime(['TALK'], asked(...kinds)), speech)).toContain(said[index]);
  });

  it('says of contacts of both how one counts on which both worked', () => {
    const texts = speeches.map((speech) =>
      measureClause('calls', contactCount('handled', asked('person', 'machine')), speech),
    );
    expect(texts[0]).toContain('counts once, as the work of the person where one worked on it');
    expect(texts[1]).toContain("compte une fois, comme travail de la personne s'il y en a eu une");
  });
});
