import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type RefusalCode, refusalCodes, refusalCodesByStage } from '#domain/fact/refusal-codes.js';
import { wrongLogCodes } from '#log/log.js';
import { parkingCauseCodes } from '#pipeline/parking.js';
import { warningCodes } from '#platforms/warning.js';
import { settingFaultCodes } from '#runtime/config-faults.js';
import { problemCodes } from '#runtime/problem.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

/** The rows of the table under a heading, without head and rule. */
function rowsUnder(heading: string): string[] {
  const section = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => row.replaceAll(/ +/g, ' '));
}

const stagesOf = (code: RefusalCode): string =>
  Object.entries(refusalCodesByStage)
    .filter(([, codes]) => (codes as readonly RefusalCode[]).includes(code))
    .map(([stage]) => stage)
    .join(', ');

describe('docs/errors.md', () => {
  it('lists every problem with its status and title, and no other', () => {
    const rows = Object.entries(problemCodes).map(
      ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
    );
    expect(rowsUnder('Problem')).toEqual(rows);
  });

  it('lists every refusal code with the stages that give it, and no other', () => {
    const codes = Object.keys(refusalCodes) as RefusalCode[];
    const rows = codes.map((code) => `| \`${code}\` | ${stagesOf(code)} | ${refusalCodes[code]} |`);
    expect(rowsUnder('Refusal')).toEqual(rows);
    expect(codes.filter((code) => stagesOf(code) === '')).toEqual([]);
  });

  it('lists every warning code with its meaning, and no other', () => {
    const rows = Object.entries(warningCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
    expect(rowsUnder('Warning')).toEqual(rows);
  });

  it('lists every code of a fault of the settings with its meaning, and no other', () => {
    const rows = Object.entries(settingFaultCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
    expect(rowsUnder('Fault')).toEqual(rows);
  });

  it('lists every cause of parking with its meaning, and no other', () => {
    const rows = Object.entries(parkingCauseCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
    expect(rowsUnder('Parking')).toEqual(rows);
  });

  it('lists every code of a stop, and no other', () => {
    const codes = [...wrongLogCodes, 'broken-invariant'].map((code) => `| \`${code}\``);
    expect(rowsUnder('Stop').map((row) => row.split(' |')[0])).toEqual(codes);
  });

  it('has codes in kebab-case only', () => {
    const codes = [parkingCauseCodes, problemCodes, refusalCodes, settingFaultCodes, warningCodes].flatMap(
      (each) => Object.keys(each),
    );
    expect(codes.filter((code) => !/^[a-z]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
  });
});
