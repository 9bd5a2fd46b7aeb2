/**
 * For jest's `globalTeardown`: ends what suites have started through the run directory of `global-setup.ts`.
 */
// oxlint-disable-next-line import/no-default-export -- jest asks for one
export default async function teardown(): Promise<void> {
  const key = Symbol.for('tallyline.test.stack.teardown');
  const { [key]: end } = globalThis as { [key]?: () => Promise<void> };
  await end?.();
}
