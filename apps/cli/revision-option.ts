import { Option } from 'commander';
import { CommandError } from './command-error.js';

export function revisionOption(): Option {
  return new Option('--revision <number>', '1: the close; higher: its adjustments')
    .argParser(wholeNumber)
    .default(1);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CommandError('wrong-arguments', `--revision: '${text}' is no revision: give 1 or more`);
}
