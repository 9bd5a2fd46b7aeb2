import type { Access } from './access.js';
import { RateLimit } from '../rate-limit.js';
import { FailureLimit } from './failure-limit.js';

/** Of a process without keys. */
export const noKeys: Access = {
  keys: null,
  oidc: null,
  allowedHosts: [],
  brandOf: () => null,
  failures: new FailureLimit(() => 0),
  requests: new RateLimit({ ratePerSecond: 10_000, rateBurst: 100_000 }, () => 0),
  now: () => 0,
};
