import { describe, expect, it } from '@jest/globals';
import { decimal } from '#domain/money/money.js';
import { CalculationTrace, recompute, rowsBehind, type TraceRow } from './trace.js';

describe('calculation trace', () => {
  const trace = new CalculationTrace();
  const hours = trace.apply('measure', 'sum', 1, { 'line/L1/1/-/-/-': 1_527_232_000 });
  const other = trace.apply('measure', 'sum', 1, { unused: 1 });
  const amount = trace.apply('line', 'amount', 1, {
    quantity: hours,
    price: decimal('29.50'),
    per: 3_600_000,
  });
  const rounded = trace.apply('rounding', 'round', 1, { value: amount, scale: 2, mode: 'halfAwayFromZero' });

  it('records in each row what went in and what came out, unrounded', () => {
    expect(trace.rows[2]).toEqual({
      id: 'r3',
      step: 'line',
      rule: 'amount',
      contractVersion: 1,
      inputs: { quantity: { row: 'r1', value: '1527232000' }, price: '29.5', per: '3600000' },
      result: '12514.81777777777777777777777777778',
    });
  });

  it('recomputes results from rows that went through JSON', () => {
    const rows = JSON.parse(JSON.stringify(trace.rows)) as TraceRow[];
    expect(recompute(rows).get(rounded.row)?.toFixed(2)).toBe('12514.82');
  });

  it('recomputes from the values that came from outside, not from the results that rows claim', () => {
    const forged = trace.rows.map((row) =>
      row.id === 'r1' ? { ...row, inputs: { 'line/L1/1/-/-/-': '0' } } : row,
    );
    expect(recompute(forged).get(rounded.row)?.toFixed(2)).toBe('0.00');
  });

  it('picks the rows that one result rests on', () => {
    expect(rowsBehind(trace.rows, rounded.row).map(({ id }) => id)).toEqual(['r1', 'r3', 'r4']);
    expect(rowsBehind(trace.rows, other.row).map(({ id }) => id)).toEqual(['r2']);
    expect(() => rowsBehind(trace.rows, 'r9')).toThrow('there is no row r9');
  });

  it('refuses rows of which one is missing or lacks an input', () => {
    expect(() => recompute(trace.rows.slice(1))).toThrow('row r3 needs row r1, which is not before it');
    const poor = trace.rows.map((row) =>
      row.id === 'r4' ? { ...row, inputs: { value: '1', scale: '2' } } : row,
    );
    expect(() => recompute(poor)).toThrow("rule round needs 'mode'");
  });
});
