import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { chanceOf } from './random.js';
import type { Call } from './simulate.js';

/**
 * What came of the calls: one answered call in ten is followed by a survey, one in fifty is listened to by
 * quality monitoring. Chosen by the number of the call, so that leaving out other calls changes nothing about
 * it.
 */
export function outcomeDeliveries(calls: readonly Call[]): RecordedDelivery[] {
  const events = calls
    .filter(({ agent }) => agent !== null)
    .flatMap((call) => [...surveyOf(call), ...evaluationOf(call)])
    .sort((a, b) => a.at - b.at);
  return Array.from({ length: Math.ceil(events.length / 50) }, (_, index) =>
    delivery(events.slice(index * 50, index * 50 + 50)),
  );
}

interface OutcomeEvent {
  readonly at: number;
  readonly event: object;
}

function surveyOf(call: Call): OutcomeEvent[] {
  const chance = chanceOf(`survey|${call.number}`);
  if (chance >= 0.1) return [];
  const happy = call.disposition === 'resolved' ? 0.93 : 0.7;
  const draw = chanceOf(`score|${call.number}`);
  const score = draw < happy * 0.6 ? 5 : draw < happy ? 4 : draw < 0.97 ? 3 : 1;
  return [outcomeEvent(call, 'survey.answered', 1_800_000, { question: 'csat', score })];
}

function evaluationOf(call: Call): OutcomeEvent[] {
  if (chanceOf(`evaluation|${call.number}`) >= 0.02) return [];
  const score = 82 + Math.floor(chanceOf(`quality|${call.number}`) * 19);
  return [outcomeEvent(call, 'quality.evaluated', 86_400_000, { score })];
}

function outcomeEvent(call: Call, type: string, laterMs: number, data: object): OutcomeEvent {
  const at = call.leftAt + call.talkMs + call.holdMs + call.acwMs + laterMs;
  const event = {
    specversion: '1.0',
    id: `${type}-${call.number}`,
    source: '/demo/crm',
    type,
    subject: `${type}-${call.number}`,
    time: new Date(at).toISOString(),
    data: { programme: call.queue.team.brand, ...data },
  };
  return { at, event };
}

function delivery(batch: readonly OutcomeEvent[]): RecordedDelivery {
  const receivedAt = Math.max(...batch.map(({ at }) => at)) + 60_000;
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const body = JSON.stringify(batch.map(({ event }) => event));
  return { connection: 'demo-crm', receivedAt, headers, body, kind: 'outcome' };
}
