export const languages = ['en', 'fr'] as const;
export type Lang = (typeof languages)[number];

/** A word or sentence in both languages, side by side: the one way in which this library holds texts. */
export type Phrase = readonly [en: string, fr: string];
