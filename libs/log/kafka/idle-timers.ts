import { createRequire } from 'node:module';

/**
 * Stops kafkajs from polling while no request is held back. Each of its connections checks every millisecond,
 * forever, whether a held-back request may be sent: it requests a timer in the past (tulios/kafkajs #1751),
 * which Node turns into 1 ms, with a warning. A request that is held back schedules the check itself, so
 * without one there is nothing to check. Calling this twice does no harm.
 */
export function disableIdlePolling(): void {
  const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as RequestQueueClass;
  const { scheduleCheckPendingRequests: schedule, isPollingDisabled = false } = queue.prototype;
  if (isPollingDisabled) return;
  if (typeof schedule !== 'function') {
    throw new Error('this is not kafkajs 2.2.4: its request queues do not poll for held-back requests');
  }
  queue.prototype.isPollingDisabled = true;
  queue.prototype.scheduleCheckPendingRequests = function scheduleIfPending() {
    if (this.pending.length > 0) schedule.call(this);
  };
}

/** kafkajs 2.2.4, src/network/requestQueue/index.js: the members that are used here. */
interface RequestQueueClass {
  readonly prototype: {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests: (() => void) | undefined;
    isPollingDisabled?: boolean;
  };
}
