import { computed } from '@preact/signals';
import { type Lang, languages, type Phrase } from '#contract-text/lang.js';
import { query } from './router.js';

/** As the address says, else as the browser prefers. */
export const lang = computed<Lang>(() => {
  const said = query.value['lang'] ?? navigator.language.slice(0, 2);
  return languages.find((known) => known === said) ?? 'en';
});

/** For `Intl`. */
export const locale = computed(() => (lang.value === 'fr' ? 'fr-FR' : 'en-GB'));

export function say([en, fr]: Phrase): string {
  return lang.value === 'fr' ? fr : en;
}
