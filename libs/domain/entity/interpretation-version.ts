/**
 * Version of what facts are taken to mean, written into each journal record. To be raised whenever the same
 * facts give another content: `samples` beside the test of this constant say when that is. Afterwards
 * `tallyline reinterpret` posts the differences of what was posted before.
 */
export const interpretationVersion = 3;
