import type { ActivityState } from '#domain/activity/activity.js';
import { sumField, sumKey } from './sum-name.js';

/** What sums are of: below the programme, of its queues and of its agents. */
export type Grain = 'programme' | 'queue' | 'agent';

export type CountMeasure =
  | 'offered'
  | 'answered'
  | 'abandoned'
  | 'flowOut'
  | 'otherOut'
  | 'handled'
  | 'transferred'
  | 'held'
  | 'legs'
  | 'missed'
  | 'machineLegs'
  | 'fcrContacts'
  | 'outcomes'
  | 'qualityEvaluations'
  /** Sum of the scores of quality evaluations, in thousandths; a critical error makes a score 0. */
  | 'qualityThousandths';

export type TimeMeasure =
  | 'waitAnsweredMs'
  | 'waitAbandonedMs'
  | 'waitFlowOutMs'
  | 'talkMs'
  | 'holdMs'
  | 'acwMs'
  | 'dialMs'
  | 'previewMs'
  | 'acwMissedMs'
  | 'machineMs';

/** An agent's time outside of contacts, by state; of a code that is unmapped. */
export type ActivityMeasure = `activity${ActivityState | 'UNMAPPED'}Ms`;

/**
 * Waits within a threshold in ms, gaps to the next contact of the customer in minutes, rounded up, by window
 * in minutes the issues that began and those solved at their first contact, answers by question and score,
 * agents' time that nothing was seen of, what is implausible, what platforms have added up themselves, in ms
 * by their code, and what became of resolutions.
 */
export type Measure =
  | CountMeasure
  | TimeMeasure
  | ActivityMeasure
  | 'unseenMs'
  | 'implausibleMs'
  | 'implausibleWorks'
  | `reported:${string}`
  | `answeredWithin${number}`
  | `abandonedWithin${number}`
  | `gap${number}`
  | `issues${number}`
  | `issuesSolved${number}`
  | AnswerMeasure
  | ResolutionMeasure;

/** By the text of a definition (`resolution-tally.ts`). */
export type ResolutionMeasure = `resolution:${string}:${'workedOn' | 'reversed' | `held${number}`}`;

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

/** Adds an integer to the sum of (key, field). */
export type AddToTally = (key: string, field: string, delta: number) => void;

/** `name`: of the queue or agent; null for the programme itself. */
export function addMeasure(
  add: AddToTally,
  grain: Grain,
  programme: string,
  at: number,
  measure: Measure,
  name: string | null,
  delta: number,
): void {
  if (delta === 0) return;
  add(sumKey(grain, programme, at), sumField(at, measure, name), delta);
}
