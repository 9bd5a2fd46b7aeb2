import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram } from './child-program.harness.js';
import { DirectoryInUse, lockDirectory } from './directory-lock.js';

let directory: string;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'tallyline-lock-')), 'data');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const HOLD = `
  import { lockDirectory } from '#log/sqlite/directory-lock.js';
  lockDirectory(process.argv[1]);
  console.log('held');
  setInterval(() => {}, 1000);
`;

const TRY = `
  import { lockDirectory } from '#log/sqlite/directory-lock.js';
  try {
    lockDirectory(process.argv[1]);
    console.log('taken');
  } catch (error) {
    console.log(error.name + ': ' + error.message);
  }
`;

describe('A data directory', () => {
  it('is refused to a second process, with the id of the first', async () => {
    const lock = lockDirectory(directory);
    const message = `data directory ${directory} is in use by process ${process.pid}; stop it or choose another`;
    expect(await new ChildProgram(TRY, [directory]).output()).toEqual([`DirectoryInUse: ${message}`]);
    expect(() => lockDirectory(directory)).toThrow(new DirectoryInUse(directory, process.pid));
    lock.release();
    lock.release();
    expect(await new ChildProgram(TRY, [directory]).output()).toEqual(['taken']);
  });

  it('is free again when the process that locked it was killed', async () => {
    const holder = new ChildProgram(HOLD, [directory]);
    try {
      await holder.line((line) => line === 'held');
      expect(() => lockDirectory(directory)).toThrow(`is in use by process ${holder.pid};`);
    } finally {
      await holder.kill();
    }
    const lock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(`is in use by process ${process.pid};`);
    lock.release();
  });
});
