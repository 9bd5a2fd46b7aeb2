import { type Posting, subjectOf } from '#domain/posting/posting.js';

/** A posting and the text it was read from. */
export interface ReadPosting {
  readonly posting: Posting;
  readonly text: string;
}

/**
 * What is left to count of postings that are counted together: a content that is posted and taken back again
 * among them adds nothing. Where a reader catches up that is most of them, since each step of a contact takes
 * back what the step before had posted.
 */
export function withoutUndone<T extends ReadPosting>(postings: readonly T[]): T[] {
  const standing = new Map<string, T>();
  const undone = new Set<T>();
  for (const each of postings) {
    const subject = subjectOf(each.posting.content);
    if (each.posting.sign === 1) {
      standing.set(subject, each);
      continue;
    }
    const posted = standing.get(subject);
    if (posted === undefined || contentText(posted) !== contentText(each)) continue;
    undone.add(posted).add(each);
    standing.delete(subject);
  }
  return postings.filter((each) => !undone.has(each));
}

/** The content and what follows it: equal texts are equal contents, and of others nothing is concluded. */
function contentText({ text }: ReadPosting): string {
  return text.slice(text.indexOf('"content":'));
}
