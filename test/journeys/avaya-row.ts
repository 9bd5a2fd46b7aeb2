/**
 * A row of Avaya's call history: a call of a hundred seconds, answered by agent 210021. `startedAt`: UTC
 * epoch seconds.
 */
export function avayaRow(callid: number, startedAt: number, caller: string): object {
  return {
    acd: 1,
    callid,
    ucid: `000010000${callid}1772445600`,
    segment: 1,
    segstart_utc: startedAt,
    segstop_utc: startedAt + 100,
    duration: 100,
    disptime: 10,
    queuetime: 10,
    ringtime: 0,
    talktime: 90,
    ansholdtime: 0,
    acwtime: 0,
    calldisp: 2,
    split1: 310,
    dispsplit: 310,
    anslogin: '210021',
    calling_pty: caller,
    observingcall: 0,
  };
}
