/**
 * Answers to survey questions are tallied by question and score, so that any definition of satisfaction can
 * be read from them: top box, mean, NPS, resolved or not.
 */
export type AnswerMeasure = `answer:${string}:${string}`;

/** Measures are joined by `|` and looked up as text, so the question is written without `|` and `:`. */
export function answerMeasure(question: string, score: number | boolean): AnswerMeasure {
  return `answer:${encodeURIComponent(question)}:${score}`;
}

/** null: another measure. */
export function parseAnswerMeasure(measure: string): { question: string; score: number | boolean } | null {
  if (!measure.startsWith('answer:')) return null;
  const [, question = '', score = ''] = measure.split(':');
  return {
    question: decodeURIComponent(question),
    score: score === 'true' || score === 'false' ? score === 'true' : Number(score),
  };
}
