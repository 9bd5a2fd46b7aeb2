import { setFlagsFromString } from 'node:v8';

/**
 * The first import of every program. V8 14.6, the engine of Node 26, keeps a mutable number that a closure
 * shares with its function in a "context cell"; Maglev's code for a loop that is already running (on-stack
 * replacement) then sometimes reads the value from before the closure changed it. A decoder lost a step of
 * its position so, in one process of three (test/processes/v8-flags.spec.ts), and any sum could be wrong in
 * the same way. Node 24 and 25 are not affected; without context cells Node 26 is not either
 * (docs/decisions/0039). `tools/run.mjs` and the container give the flag on the command line too.
 */
setFlagsFromString('--no-function-context-cells');
