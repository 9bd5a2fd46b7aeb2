import type { Log } from '#log/log.js';
import { readKeyFile } from '#runtime/access/key-file.js';
import { auditActs, type NotedHead, type TrailAudit, type TrailFinding } from './audit-acts.js';
import { auditKeyTrail, type KeyTrailAudit, type KeyTrailFinding } from './key-trail.js';

/** The trail of the log, and that of API keys beside their file. */
export interface Trails {
  readonly log: TrailAudit;
  readonly keys: KeyTrailAudit;
}

/** `noted`: heads of the trail in the log that are kept elsewhere. Reads only. */
export async function readTrails(
  log: Log,
  keysFile: string,
  noted: readonly NotedHead[] = [],
): Promise<Trails> {
  return { log: await auditActs(log, noted), keys: auditKeyTrail(keysFile, readKeyFile(keysFile)) };
}

export interface DescribedFinding {
  readonly code: (TrailFinding | KeyTrailFinding)['code'];
  readonly message: string;
}

/** In words, those of the log first. */
export function findingsOf({ log, keys }: Trails): DescribedFinding[] {
  return [...log.findings, ...keys.findings].map((each) => ({ code: each.code, message: messageOf(each) }));
}

function messageOf(finding: TrailFinding | KeyTrailFinding): string {
  switch (finding.code) {
    case 'edited':
      return `${finding.place}: entry ${finding.number} is not as it was written`;
    case 'entries-missing':
      return `${finding.place}: entries before entry ${finding.number} were removed, or are in another order`;
    case 'broken-chain':
      return `${finding.place}: what lies before entry ${finding.number} was edited, removed, moved or added`;
    case 'entry-missing': {
      const { name, topic, offset } = finding.act;
      return `the entry of ${name} (${topic} offset ${offset}) is not in the trail: it was removed or edited`;
    }
    case 'head-differs':
      return `the trail no longer goes through the head that was noted after entry ${finding.number}`;
    case 'key-without-entry':
      return `key ${finding.key} is in the file of keys, and no entry made it`;
    case 'key-missing':
      return `key ${finding.key} is not in the file of keys, and no entry revoked it`;
  }
}
