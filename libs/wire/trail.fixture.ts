import type { TrailStatement } from './trail.js';

/** Deliveries were sent again, by Ada on the command line. */
export const trailStatement: TrailStatement = {
  act: 'deliveries-redriven',
  actor: { name: 'Ada', via: 'cli', address: null, user: 'ada' },
  at: 1_000,
  subject: '2 refusal(s)',
  reason: 'a mapping was corrected',
  details: { refusals: 2 },
};
