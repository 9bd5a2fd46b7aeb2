import { fromDebian } from '#test/stack/fetched/debian.js';
import { onPath, type Program, reasonOf } from '#test/stack/fetched/program.js';
import { available, missing, type Needed, StackUnavailable } from '#test/stack/unavailable.js';

/**
 * Prometheus' tool for testing rules: from the PATH, else from Debian's package, unpacked into the cache
 * folder.
 */
export async function findPromtool(): Promise<Needed<Program>> {
  const installed = await onPath('promtool');
  if (installed !== null) return available(installed);
  try {
    const program = await fromDebian({
      name: 'promtool',
      packages: async () => ['prometheus'],
      command: (root) => `${root}/usr/bin/promtool`,
      check: ['--version'],
    });
    return available(program);
  } catch (error) {
    const cause = `no promtool on the PATH, and none could be fetched (${reasonOf(error)}): install Prometheus`;
    return missing('promtool', new StackUnavailable(cause), { command: 'promtool', env: {} });
  }
}
