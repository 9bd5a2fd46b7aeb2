import { setTimeout } from 'node:timers/promises';

/**
 * Waits for something outside of this process to have happened; a condition that never comes true is an
 * error.
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 60_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not true after ${deadlineMs} ms: ${condition.toString()}`);
    // Looking again at once would take the processor from the very process that is waited for.
    await setTimeout(5);
  }
}
