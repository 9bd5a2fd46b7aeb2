import { Option } from 'commander';
import { languages, type Lang } from '#contract-text/phrasebook.js';

export interface LanguageOption {
  readonly lang: Lang;
}

/** Of commands whose text both parties of a contract read. */
export function langOption(): Option {
  return new Option('--lang <language>', 'language of the text').choices(languages).default('en');
}
