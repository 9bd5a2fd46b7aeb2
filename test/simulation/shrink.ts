import { type Plan, type Trouble } from './plan.js';
import type { Delivery } from './workload/deliveries.js';
import { type Outcome, simulate } from './simulate.js';

/** A shorter run that fails with the same code: fewer troubles, then fewer facts, as long as that works. */
export async function shrink(failed: Outcome, maxRuns = 400): Promise<Outcome> {
  const code = failed.faults[0]?.code;
  let best = failed;
  let runs = 0;
  const tries = async (plan: Plan): Promise<boolean> => {
    if (++runs > maxRuns) return false;
    const outcome = await simulate(plan);
    if (outcome.faults[0]?.code !== code) return false;
    best = outcome;
    return true;
  };
  for (const trouble of failed.plan.options.troubles) await tries(without(best.plan, trouble));
  await tries({ ...best.plan, options: { ...best.plan.options, partitions: 1 } });
  for (let size = Math.ceil(best.plan.deliveries.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.plan.deliveries.length;) {
      const deliveries = best.plan.deliveries.toSpliced(at, size);
      if (!(await tries({ ...best.plan, deliveries }))) at += size;
    }
  }
  await shrinkDeliveries(() => best.plan, tries);
  for (const trouble of best.plan.options.troubles) await tries(without(best.plan, trouble));
  return best;
}

/** Each delivery with fewer facts, and nothing but facts. */
async function shrinkDeliveries(plan: () => Plan, tries: (plan: Plan) => Promise<boolean>): Promise<void> {
  const put = async (index: number, change: Partial<Delivery>): Promise<boolean> => {
    const { deliveries } = plan();
    const delivery = deliveries[index];
    if (delivery === undefined) return false;
    return tries({ ...plan(), deliveries: deliveries.with(index, { ...delivery, ...change }) });
  };
  for (const [index, { badRows, kind }] of plan().deliveries.entries()) {
    if (badRows > 0) await put(index, { badRows: 0 });
    if (kind !== 'usual') await put(index, { kind: 'usual' });
    for (let at = 0; at < (plan().deliveries[index]?.facts.length ?? 0);) {
      const { facts } = plan().deliveries[index] ?? { facts: [] };
      if (facts.length === 1 || !(await put(index, { facts: facts.toSpliced(at, 1) }))) at += 1;
    }
  }
}

function without(plan: Plan, trouble: Trouble): Plan {
  const troubles = plan.options.troubles.filter((other) => other !== trouble);
  return { ...plan, options: { ...plan.options, troubles } };
}

export function describePlan({ plan, faults }: Outcome): string {
  return [
    `options ${JSON.stringify(plan.options)}`,
    ...plan.deliveries.flatMap(({ facts, kind, badRows }) => [
      `  ${kind}${badRows === 0 ? '' : `, ${badRows} bad rows`}`,
      ...facts.map((fact) => `    ${new Date(fact.at).toISOString()} ${JSON.stringify(fact)}`),
    ]),
    ...faults.slice(0, 5).map(({ code, message }) => `  ${code}: ${message}`),
  ].join('\n');
}
