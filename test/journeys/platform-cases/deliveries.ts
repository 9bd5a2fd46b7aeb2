import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/** An instant of 3 March 2026, `HH:MM:SS.mmm` UTC, or of another day given in full. */
export function utc(text: string): number {
  return Date.parse(text.includes('T') ? `${text}Z` : `2026-03-03T${text}Z`);
}

/** A Genesys event of the conversation `c1`, as EventBridge delivers it. */
export function genesys(topic: string, at: string | number, event: object = {}): RecordedDelivery {
  const eventTime = typeof at === 'number' ? at : utc(at);
  const eventBody = {
    eventTime,
    conversationId: 'c1',
    participantId: `p-${(event as { sessionId?: string }).sessionId ?? topic}`,
    sessionId: topic,
    mediaType: 'VOICE',
    direction: 'INBOUND',
    ani: 'tel:+33612345678',
    dnis: 'tel:+33170000001',
    ...event,
  };
  const body = JSON.stringify({
    'detail-type': `v2.detail.events.conversation.{id}.${topic}`,
    source: 'aws.partner/genesys.com/cloud/3f1e0d2c-4b5a-4697-8878-695a4b3c0001/case',
    detail: { timestamp: new Date(eventTime + 200).toISOString(), eventBody },
  });
  return { connection: 'gen', receivedAt: eventTime + 500, headers: {}, body };
}

/** A session of an agent: when it began and ended, and its durations in seconds. */
export interface AgentSession {
  readonly session: string;
  readonly agent: string;
  readonly queue?: string;
  readonly from: string;
  readonly to: string;
  readonly talkS?: number;
  readonly holdS?: number;
  readonly dialS?: number;
  readonly alertS?: number;
  readonly callbackS?: number;
  readonly acwS?: number;
  /** When after-call work ended; by default as soon as it can. */
  readonly acwTo?: string;
  readonly end?: string;
  readonly more?: object;
}

export function session(own: AgentSession): RecordedDelivery[] {
  const whose = {
    sessionId: own.session,
    userId: own.agent,
    ...(own.queue !== undefined && { queueId: own.queue }),
  };
  const durations = Object.fromEntries(
    Object.entries({
      interactingDurationMs: own.talkS,
      heldDurationMs: own.holdS,
      dialingDurationMs: own.dialS,
      alertingDurationMs: own.alertS,
      callbackDurationMs: own.callbackS,
    }).flatMap(([name, seconds]) => (seconds === undefined ? [] : [[name, seconds * 1000]])),
  );
  const events = [
    genesys('user.start', own.from, { ...whose, ...own.more }),
    genesys('user.end', own.to, { ...whose, ...durations, disconnectType: own.end ?? 'PEER', ...own.more }),
  ];
  if (own.acwS === undefined) return events;
  const at = own.acwTo === undefined ? utc(own.to) + own.acwS * 1000 : utc(own.acwTo);
  return [
    ...events,
    genesys('acw', at, { ...whose, wrapupDurationMs: own.acwS * 1000, wrapupCode: 'W', ...own.more }),
  ];
}

/** A stay in a queue. */
export function stay(own: {
  readonly session: string;
  readonly queue: string;
  readonly from: string;
  readonly to: string;
  readonly result?: string;
  readonly by?: string;
  readonly more?: object;
}): RecordedDelivery[] {
  const where = { sessionId: own.session, queueId: own.queue, ...own.more };
  return [
    genesys('acd.start', own.from, where),
    genesys('acd.end', own.to, {
      ...where,
      acdOutcome: own.result ?? 'ANSWERED',
      ...(own.by !== undefined && { answeredUserId: own.by }),
      connectedDurationMs: utc(own.to) - utc(own.from),
    }),
  ];
}

/** Rows of Avaya call history; each an answered call of 10 s wait and 60 s talk unless it says otherwise. */
export function ech(...rows: readonly Readonly<Record<string, unknown>>[]): RecordedDelivery {
  return echPolled('2026-03-30T15:00:00.000Z', ...rows);
}

export function echPolled(
  polledAt: string,
  ...rows: readonly Readonly<Record<string, unknown>>[]
): RecordedDelivery {
  const body = {
    source: 'avaya.cms',
    kind: 'ech_rows',
    polledAt,
    rows: rows.map((row) => ({
      acd: 1,
      callid: 100,
      ucid: '00001000011772700000',
      segment: 1,
      segstart_utc: utc('10:00:00') / 1000,
      disptime: 10,
      queuetime: 10,
      ringtime: 0,
      talktime: 60,
      ansholdtime: 0,
      acwtime: 0,
      calldisp: 2,
      dispsplit: 310,
      anslogin: '1001',
      origlogin: '',
      calling_pty: '33612345678',
      ...row,
    })),
  };
  return {
    connection: 'ava',
    receivedAt: Date.parse(polledAt) + 200,
    headers: {},
    body: JSON.stringify(body),
  };
}
