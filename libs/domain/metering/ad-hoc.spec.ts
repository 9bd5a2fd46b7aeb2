import { describe, expect, it } from '@jest/globals';
import { adHocApproved, adHocPiece, adHocRecorded, type AdHocPiece } from './ad-hoc.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';

const event = (name: string, at: number, data: OutcomeEvent['data'] = {}): OutcomeEvent => {
  return { name: `adhoc.${name}`, at, data };
};

function pieceOf(...events: readonly OutcomeEvent[]): AdHocPiece {
  const where = { connection: 'c', programme: 'p', queue: null, agent: null, contact: null, customer: null };
  const content: OutcomeContent = { kind: 'outcome', outcome: 'c:1', ...where, events };
  const piece = adHocPiece(content);
  if (piece === null) throw new Error('no piece');
  return piece;
}

describe('A piece of ad-hoc work', () => {
  const recorded = event('recorded', 10, { hours: '2.5' });

  it('is approved when it was first, whatever approvals follow', () => {
    const piece = pieceOf(recorded, event('approved', 20), event('approved', 30));
    expect([piece.approvedAt, piece.approval?.at]).toEqual([20, 30]);
  });

  it('is approved as soon as it is recorded where the approval came before', () => {
    const piece = pieceOf(event('approved', 5), recorded);
    expect([piece.approvedAt, adHocApproved(piece, 'hours', 0)]).toEqual([5, 9_000_000]);
  });

  it('is not approved once its approval is withdrawn, and again from the next approval on', () => {
    expect(pieceOf(recorded, event('approved', 20), event('withdrawn', 20)).approvedAt).toBeNull();
    const again = pieceOf(recorded, event('approved', 20), event('withdrawn', 30), event('approved', 40));
    expect(again.approvedAt).toBe(40);
  });

  it('counts once where it was recorded twice: as it was last', () => {
    const piece = pieceOf(recorded, event('recorded', 12, { hours: '3' }), event('approved', 20));
    expect(adHocApproved(piece, 'hours', 0)).toBe(10_800_000);
  });

  it('is approved up to what the approval says, and never beyond what was recorded', () => {
    const upTo = (hours: string): number =>
      adHocApproved(pieceOf(recorded, event('approved', 20, { hours })), 'hours', 0);
    expect([upTo('1.25'), upTo('40')]).toEqual([4_500_000, 9_000_000]);
  });

  it('has whole milliseconds of hours and whole steps of amounts', () => {
    // 0.00001 h = 36 ms; 412.355 rounded half away from zero to hundredths
    const both = event('recorded', 1, { hours: '0.00001', amount: '412.355', units: 7 });
    expect(adHocRecorded(both, 'hours', 2)).toBe(36);
    expect(adHocRecorded(both, 'amount', 2)).toBe(41_236);
    expect(adHocRecorded(both, 'units', 2)).toBe(7);
    expect(adHocRecorded(recorded, 'amount', 2)).toBeNull();
  });
});
