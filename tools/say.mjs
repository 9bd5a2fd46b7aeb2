import { writeSync } from 'node:fs';

/** One line to stderr, written at once: stdout carries only what the command itself prints. */
export function say(line) {
  writeSync(2, `tallyline: ${line}\n`);
}
