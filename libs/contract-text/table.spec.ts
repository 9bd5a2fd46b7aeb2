import { describe, expect, it } from '@jest/globals';
import { table, wrapText } from './table.js';

const head = ['', 'offered', 'answered', 'abandoned', 'talk', 'hold', 'after-call', 'AHT', 'answer rate'];
const rows = [
  ['orders', '4260', '4100', '160', '230:01:37', '9:30:30', '32:12:52', '0:03:59', '96.24 %'],
  ['total', '6318', '6064', '254', '389:14:29', '14:04:57', '47:28:27', '0:04:28', '95.98 %'],
];

const longestLine = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length));

describe('A table of figures', () => {
  it('is one block where it fits, and where no width is given', () => {
    const whole = table(head, rows);
    expect(longestLine(whole)).toBe(91);
    expect(table(head, rows, { width: 120 })).toBe(whole);
    expect(table(head, rows, { width: 91 })).toBe(whole);
  });

  it('is split into blocks that repeat the first column where 80 characters are too few', () => {
    expect(table(head, rows, { width: 80 })).toBe(
      [
        '        offered  answered  abandoned       talk      hold  after-call      AHT',
        '------  -------  --------  ---------  ---------  --------  ----------  -------',
        'orders     4260      4100        160  230:01:37   9:30:30    32:12:52  0:03:59',
        'total      6318      6064        254  389:14:29  14:04:57    47:28:27  0:04:28',
        '',
        '        answer rate',
        '------  -----------',
        'orders      96.24 %',
        'total       95.98 %',
      ].join('\n'),
    );
  });

  it('has more blocks on 60 characters, none of them wider, and loses no cell', () => {
    const text = table(head, rows, { width: 60 });
    expect(longestLine(text)).toBeLessThanOrEqual(60);
    expect(text.split('\n\n')).toHaveLength(2);
    for (const cell of [...head, ...rows.flat()]) expect(text).toContain(cell);
  });

  it('shows one figure a block where the line is narrower than any two of them', () => {
    const text = table(head, rows, { width: 12 });
    expect(text.split('\n\n')).toHaveLength(head.length - 1);
  });
});

describe('A table of texts', () => {
  const texts = [
    ['1', 'rate', 'the tariff of the evening, since the call began after 18:00 local time', '33.00'],
    ['2', 'money', 'rounded', '1,716.57'],
  ];
  const titles = ['', 'rule', 'what', 'result'];

  it('breaks a long text at its spaces before it is split by columns', () => {
    expect(table(titles, texts, { left: [0, 1, 2], width: 60 })).toBe(
      [
        '   rule   what                                        result',
        '-  -----  ----------------------------------------  --------',
        '1  rate   the tariff of the evening, since the         33.00',
        '          call began after 18:00 local time',
        '2  money  rounded                                   1,716.57',
      ].join('\n'),
    );
  });

  it('keeps a word whole that is longer than its column', () => {
    const row = ['1', 'x', `${'0'.repeat(64)} is no number`, '-'];
    expect(table(titles, [row], { left: [0, 1, 2], width: 60 })).toContain('0'.repeat(64));
  });
});

describe('Wrapped text', () => {
  it('is broken at spaces and indented from the second line on', () => {
    expect(wrapText('abandonment v1: abandoned / offered', 20, '  ')).toEqual([
      'abandonment v1:',
      '  abandoned /',
      '  offered',
    ]);
  });

  it('keeps the indentation that it begins with', () => {
    expect(wrapText('  within 20 s', 80)).toEqual(['  within 20 s']);
  });
});
