/** Where a process can be made to die, between two steps of its work. */
export type Boundary =
  /** After produce, before commit: the records are acknowledged, the position has not moved. */
  | 'appended'
  /** After commit, before the offset hint: the store has the new position, the group does not have it yet. */
  | 'committed'
  /** The epoch is raised and nothing was read yet. */
  | 'claimed';

export const sessionMsVariable = 'FAULTS_SESSION_MS';
export const lastWords = (boundary: Boundary) => `dies here: ${boundary}`;
