// tsc over the programs, then over the page of the console, which knows a browser instead of Node.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const projects = ['tsconfig.json', 'apps/console/page/tsconfig.json'];

const failed = projects.filter((project) => {
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, project), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  return status !== 0;
});
process.exit(failed.length > 0 ? 1 : 0);
