import { describe, expect, it } from '@jest/globals';
import { ackReadiness, liveness, type Progress, type Stage, stageReadiness } from './health.js';

const now = 1_700_000_000_000;

function stage(...partitions: Partial<Progress>[]): Stage {
  const progress = partitions.map((partition, index) => ({
    partition: index,
    next: 10,
    end: 10,
    nextTimestamp: null,
    progressedAt: now,
    pausedBy: null,
    stopped: false,
    ...partition,
  }));
  return { group: 'meter', topic: 'telephony.facts', progress: () => progress };
}

describe('a stage', () => {
  it('is ready when it has caught up, however long ago', () => {
    expect(stageReadiness(stage({ progressedAt: now - 86_400_000 }), now)).toEqual({ ok: true });
  });

  it('is ready when it lags but makes progress', () => {
    expect(stageReadiness(stage({ end: 1_000_000, progressedAt: now - 44_999 }), now)).toEqual({ ok: true });
  });

  it('is ready when it holds no partition (a standby)', () => {
    expect(stageReadiness(stage(), now)).toEqual({ ok: true });
  });
});

describe('a stage with a partition in trouble', () => {
  it('is not ready within 60 s without progress while there is lag', () => {
    expect(stageReadiness(stage({}, { end: 12, progressedAt: now - 45_000 }), now)).toEqual({
      ok: false,
      reasons: ['partition 1 of telephony.facts: no progress for 45 s with 2 record(s) waiting'],
    });
  });

  it('is not ready at once when Kafka or Redis is lost', () => {
    expect(stageReadiness(stage({ end: 11, pausedBy: new Error('redis is away') }), now)).toEqual({
      ok: false,
      reasons: ['partition 0 of telephony.facts is paused: redis is away'],
    });
  });

  it('is not ready when a partition has stopped for good', () => {
    const cut = { pausedBy: new Error('the log begins after the stored offset'), stopped: true };
    expect(stageReadiness(stage(cut), now)).toEqual({
      ok: false,
      reasons: ['partition 0 of telephony.facts has stopped: the log begins after the stored offset'],
    });
  });
});

describe('a process', () => {
  it('is live while Kafka or Redis is lost, since a restart would not help', () => {
    const held = stage({ end: 11, pausedBy: new Error('kafka is away'), progressedAt: now - 3_600_000 });
    expect(liveness([held], 5, now)).toEqual({ ok: true });
  });

  it('is live while it is idle and while it is slow', () => {
    expect(
      liveness([stage({ progressedAt: 0 }), stage({ end: 99, progressedAt: now - 299_999 })], 5, now),
    ).toEqual({
      ok: true,
    });
  });
});

describe('a process that hangs', () => {
  it('is not live when an unpaused partition makes no progress for five minutes', () => {
    expect(liveness([stage({ end: 11, progressedAt: now - 300_000 })], 5, now)).toMatchObject({ ok: false });
  });

  it('is not live when its event loop is blocked', () => {
    expect(liveness([], 2_500, now)).toEqual({ ok: false, reasons: ['the event loop is 2500 ms late'] });
  });
});

describe('the log', () => {
  const idle = { ackedAt: null, failedAt: null, oldestAgeMs: 0 };

  it('is ready until an append fails', () => {
    expect(ackReadiness(idle, now)).toBe('ok');
    expect(ackReadiness({ ...idle, failedAt: now - 9, ackedAt: now - 8 }, now)).toBe('ok');
  });

  it('fails readiness right after a failed append and is probed once there was no attempt for a while', () => {
    expect(ackReadiness({ ...idle, ackedAt: now - 20, failedAt: now - 10 }, now)).toBe('failing');
    expect(ackReadiness({ ...idle, ackedAt: null, failedAt: now - 10_000 }, now)).toBe('probe');
  });

  it('is failing when an acknowledgement is overdue', () => {
    expect(ackReadiness({ ...idle, ackedAt: now, oldestAgeMs: 10_000 }, now)).toBe('failing');
  });
});
