import { Option } from 'commander';
import { languages, type Lang } from '#contract-text/phrasebook.js';

export interface InLanguage {
  readonly lang: Lang;
}

/** Of commands that speak to both parties of a contract. */
export function langOption(): Option {
  return new Option('--lang <language>', 'language of the text').choices(languages).default('en');
}
