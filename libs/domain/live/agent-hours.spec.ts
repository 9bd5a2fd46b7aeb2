import { expect, it } from '@jest/globals';
import { agentStates } from '#domain/scope/agent-hours.js';
import { liveHours } from './agent-hours.js';

const minute = 60_000;

it('gives hours by each named definition, with its version and states', () => {
  const sums = new Map([
    ['dialMs', minute],
    ['talkMs', 240 * minute],
    ['holdMs', 9 * minute],
    ['acwMs', 30 * minute],
    ['acwMissedMs', 2 * minute],
    ['previewMs', 3 * minute],
    ['activityRINGMs', 5 * minute],
    ['activityPREPMs', 20 * minute],
    ['activityAVAILABLEMs', 60 * minute],
    ['activityBACK_OFFICEMs', 40 * minute],
    ['activityTECH_ISSUE_CLIENTMs', 10 * minute],
    ['activityTRAINING_CLIENTMs', 25 * minute],
    ['activityMEETINGMs', 15 * minute],
    ['activityCOACHINGMs', 7 * minute],
    ['activityTRAININGMs', 100 * minute],
    ['activityTECH_ISSUEMs', 100 * minute],
    ['activityBREAKMs', 100 * minute],
    ['activityLUNCHMs', 100 * minute],
    ['activityOTHERMs', 100 * minute],
    ['activityUNMAPPEDMs', 100 * minute],
    ['activityLOGGED_INMs', 560 * minute],
    ['waitAnsweredMs', 100 * minute],
  ]);
  const found = liveHours(sums).map(({ definition, version, ms }) => [definition, version, ms / minute]);
  expect(found).toEqual([
    // 1 + 240 + 9 + 30 + 2 + 3 + 5 + 20 + 60 + 40 + 10
    ['productive', 1, 420],
    // and 25 + 15 + 7
    ['staffed', 1, 467],
    ['logged', 1, 560],
    ['preparation', 1, 20],
    ['afterCall', 1, 32],
  ]);
  expect(liveHours(sums)[4]?.states).toEqual(['ACW', 'ACW_MISSED']);
  expect(agentStates).not.toContain('WAIT');
});
