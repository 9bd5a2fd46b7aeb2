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

describe('a stage is ready', () => {
  it('when it has caught up, however long ago', () => {
    expect(stageReadiness(stage({ progressedAt: now - 86_400_000 }), now)).toEqual({ ok: true });
  });

  it('when it lags but moves', () => {
    expect(stageReadiness(stage({ end: 1_000_000, progressedAt: now - 44_999 }), now)).toEqual({ ok: true });
  });

  it('when it holds no partition (a standby)', () => {
    expect(stageReadiness(stage(), now)).toEqual({ ok: true });
  });
});

describe('a stage is not ready', () => {
  it('within 60 s of no progress while there is something to do', () => {
    expect(stageReadiness(stage({}, { end: 12, progressedAt: now - 45_000 }), now)).toEqual({
      ok: false,
      reasons: ['partition 1 of telephony.facts: no progress for 45 s with 2 record(s) to go'],
    });
  });

  it('at once where infrastructure is lost', () => {
    expect(stageReadiness(stage({ end: 11, pausedBy: new Error('redis is gone') }), now)).toEqual({
      ok: false,
      reasons: ['partition 0 of telephony.facts is paused: redis is gone'],
    });
  });

  it('when a partition has stopped for good', () => {
    const cut = { pausedBy: new Error('the log begins after the stored offset'), stopped: true };
    expect(stageReadiness(stage(cut), now)).toEqual({
      ok: false,
      reasons: ['partition 0 of telephony.facts has stopped: the log begins after the stored offset'],
    });
  });
});

describe('a process is live', () => {
  it('while lost infrastructure holds it up: a restart would not bring that back', () => {
    const held = stage({ end: 11, pausedBy: new Error('kafka is gone'), progressedAt: now - 3_600_000 });
    expect(liveness([held], 5, now)).toEqual({ ok: true });
  });

  it('while it is idle, and while it is slow', () => {
    expect(
      liveness([stage({ progressedAt: 0 }), stage({ end: 99, progressedAt: now - 299_999 })], 5, now),
    ).toEqual({
      ok: true,
    });
  });
});

describe('a process is not live', () => {
  it('when nothing holds a partition up and yet it does not move for five minutes', () => {
    expect(liveness([stage({ end: 11, progressedAt: now - 300_000 })], 5, now)).toMatchObject({ ok: false });
  });

  it('when its event loop hardly turns', () => {
    expect(liveness([], 2_500, now)).toEqual({ ok: false, reasons: ['the event loop is 2500 ms late'] });
  });
});

describe('the log', () => {
  const idle = { ackedAt: null, failedAt: null, oldestAgeMs: 0 };

  it('is taken at its word until it fails', () => {
    expect(ackReadiness(idle, now)).toBe('ok');
    expect(ackReadiness({ ...idle, failedAt: now - 9, ackedAt: now - 8 }, now)).toBe('ok');
  });

  it('is failing right after a failed append, and asked again once nobody has tried for a while', () => {
    expect(ackReadiness({ ...idle, ackedAt: now - 20, failedAt: now - 10 }, now)).toBe('failing');
    expect(ackReadiness({ ...idle, ackedAt: null, failedAt: now - 10_000 }, now)).toBe('probe');
  });

  it('is failing when an ack is overdue', () => {
    expect(ackReadiness({ ...idle, ackedAt: now, oldestAgeMs: 10_000 }, now)).toBe('failing');
  });
});
