import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { systemFault } from './system-fault.js';

const directory = mkdtempSync(join(tmpdir(), 'tallyline-fault-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The error that the operating system really gives. */
function faultOf(act: () => unknown): string | null {
  try {
    act();
  } catch (error) {
    return systemFault(error);
  }
  throw new Error('it succeeded');
}

describe('A fault of the machine', () => {
  it('names the path and what helps', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const below = join(file, 'data');
    expect(faultOf(() => mkdirSync(below))).toBe(`${below}: a part of the path is no directory (ENOTDIR)`);
    expect(faultOf(() => readFileSync(directory))).toBe('is a directory: name a file (EISDIR)');
    const long = join(directory, 'x'.repeat(300));
    expect(faultOf(() => mkdirSync(long))).toBe(`${long}: the name is too long (ENAMETOOLONG)`);
    const nowhere = join(directory, 'no', 'where');
    expect(faultOf(() => mkdirSync(nowhere))).toBe(`${nowhere}: there is no place for it: name another one`);
  });

  it('says that there is no space left', () => {
    const full = openSync('/dev/full', 'w');
    expect(faultOf(() => writeSync(full, 'x'))).toBe('no space left: make room (ENOSPC)');
  });

  it.each([[() => readFileSync(join(directory, 'none'))], [(): unknown => JSON.parse('{')]])(
    'is none where a file of ours is missing or the program is at fault: %p',
    (act) => {
      expect(faultOf(act)).toBeNull();
    },
  );
});
