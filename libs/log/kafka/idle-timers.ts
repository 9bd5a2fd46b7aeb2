import { createRequire } from 'node:module';

/**
 * Lets kafkajs rest while nothing waits to be sent. Each of its connections looks every millisecond, for
 * ever, whether a request may go that was held back: it asks for a timer in the past (tulios/kafkajs #1751),
 * of which Node makes 1 ms, and warns. A request that is held back asks for the look itself, so without one
 * there is nothing to look for. Doing it twice does no harm.
 */
export function disableIdlePolling(): void {
  const queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as RequestQueueClass;
  const { scheduleCheckPendingRequests: schedule, isPollingDisabled: rests = false } = queue.prototype;
  if (rests) return;
  if (typeof schedule !== 'function') {
    throw new Error('this is not kafkajs 2.2.4: its request queues do not look for what is held back');
  }
  queue.prototype.isPollingDisabled = true;
  queue.prototype.scheduleCheckPendingRequests = function restOrSchedule() {
    if (this.pending.length > 0) schedule.call(this);
  };
}

/** kafkajs 2.2.4, src/network/requestQueue/index.js: as much of it as is used here. */
interface RequestQueueClass {
  readonly prototype: {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests: (() => void) | undefined;
    isPollingDisabled?: boolean;
  };
}
