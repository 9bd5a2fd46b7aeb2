/**
 * Seeds that failed once, with what was wrong; each is run for ever. What a seed does depends on the code of
 * the simulation too: where that changes, the list is what it was, and a finding has a spec of its own
 * besides.
 */
export const failedOnce: readonly { readonly seed: number; readonly cause: string }[] = [
  { seed: 35, cause: 'an amendment between two answers to one question counted both of them' },
  { seed: 90_017, cause: 'a reinterpretation left contacts as they were posted whose facts had expired' },
  {
    seed: 30,
    cause: 'the posting of another entity was taken back, as another log was read at the same place',
  },
  { seed: 8, cause: 'a record that expired while it was compared was taken for another log' },
  { seed: 20507, cause: 'an append of the old version came between claim and append of the new one' },
  {
    seed: 826_172,
    cause: 'a position on its way when a process had left reached another log, in the simulation only',
  },
  ...[910_184, 911_555].map((seed) => ({
    seed,
    cause: 'a restored store went back to an earlier step before its last one, which did not notice',
  })),
  ...[934_775, 963_089].map((seed) => ({
    seed,
    cause: 'a close took from the store how far the meter had come in another log',
  })),
  {
    seed: 935_476,
    cause: 'an append of the new version came before a commit of the old one, which posted nothing',
  },
  ...[938_407, 939_206].map((seed) => ({
    seed,
    cause: 'a restored store took what an act of reinterpretation had posted for older than it was',
  })),
  { seed: 922_833, cause: 'the oracle left open which of two works of one instant comes first' },
  { seed: 20524, cause: 'a meter posted in an older copy of the log, and missed that in its own' },
  {
    seed: 20175,
    cause: 'after an upgrade and a lost store the audit names a close whose facts were posted of later',
  },
  ...[300_074, 310_670].map((seed) => ({
    seed,
    cause: 'a takeover lost the sums it had read, as the store could not say for once what the chains are',
  })),
  {
    seed: 310_820,
    cause: 'a retry of fewer facts hid what an append of more had left in the journal',
  },
  ...[400_061, 701_177, 701_507].map((seed) => ({
    seed,
    cause: 'after an upgrade and a lost store something was posted of facts that a close was made of',
  })),
  ...[301_091, 301_223, 302_927, 310_440].map((seed) => ({
    seed,
    cause: 'a catalogue that edited what a close used came into force while it closed',
  })),
  ...[2, 8, 14, 24, 55, 79].map((seed) => ({
    seed,
    cause: 'a close took the offset of each journal partition on its own and held half of a change',
  })),
];
