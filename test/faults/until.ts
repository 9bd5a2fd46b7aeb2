import { setTimeout as delay } from 'node:timers/promises';

/** Asks until it is so; fails with `what` after the deadline. A condition that throws does not hold yet. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (let trouble = ''; ;) {
    try {
      if (await condition()) return;
    } catch (error) {
      trouble = `: ${String(error)}`;
    }
    if (performance.now() > deadline) throw new Error(`not after ${deadlineMs} ms: ${what}${trouble}`);
    await delay(20);
  }
}
