/**
 * What is test code among the files of apps/ and libs/, by the last word of their names: not built, not bound
 * by the dependency rule, looser for the linter. Build, dependency-cruiser, Jest and the house rules read it
 * here; `.oxlintrc.json` cannot, so a house rule compares its list with this one.
 */
export const testSuffixes = ['spec', 'conformance', 'fixture', 'harness', 'model'];

/** As a regular expression on paths, `libs/log/log.harness.ts`. */
export const testCode = `\\.(${testSuffixes.join('|')})\\.ts$`;
