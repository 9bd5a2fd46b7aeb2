import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'tallyline-secrets-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What the scan of `npm run secrets` says of a file with this text. */
function scanned(text: string) {
  const file = join(directory, 'file.yaml');
  writeFileSync(file, text);
  const program = join(root, 'node_modules/secretlint/bin/secretlint.js');
  const args = [program, '--secretlintrc', join(root, '.secretlintrc.json'), '--no-glob', file];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
  return { status, stdout };
}

it('finds a secret that was written into a file, and shows it to no one', () => {
  const secret = `ghp_${randomBytes(18).toString('hex')}`;
  const found = scanned(`token: ${secret}\n`);
  expect([found.status, found.stdout]).toEqual([1, expect.stringContaining('GITHUB_TOKEN')]);
  expect(found.stdout).not.toContain(secret);
});

it('finds nothing where there is none', () => {
  expect(scanned('token: the name of a variable\n')).toEqual({ status: 0, stdout: '' });
});
