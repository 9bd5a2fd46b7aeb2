/** Where a process can be told to die, between two things that it does one after the other. */
export type Boundary =
  /** After produce, before commit: the records are acknowledged, nobody has written down that they are. */
  | 'appended'
  /** After commit, before the offset hint: the store has gone on, the group has not been told. */
  | 'committed'
  /** The epoch is raised and nothing was read yet. */
  | 'claimed';

export const sessionMsVariable = 'FAULTS_SESSION_MS';
export const lastWords = (boundary: Boundary) => `dies here: ${boundary}`;
