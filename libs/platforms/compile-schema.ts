import { z } from 'zod';

/**
 * The schema with its generated fast path (zod's own `compile`: valid input takes it, invalid input falls
 * back to the ordinary parser for the detail of the fault). Where code generation is forbidden the ordinary
 * parser does the work, slower and with the same results.
 */
export function compileSchema<Schema extends z.ZodType>(schema: Schema): Schema {
  try {
    const fast = z.compile(schema, { strict: true });
    whole.add(fast);
    return fast;
  } catch {
    return z.compile(schema);
  }
}

/** Whether the whole schema runs on generated code, no part of it on the ordinary parser. */
export function isCompiled(schema: z.ZodType): boolean {
  return whole.has(schema);
}

const whole = new WeakSet<z.ZodType>();
