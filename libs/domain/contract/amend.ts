/**
 * Amendments and calendar rules as they are written: a path and the value that holds from then on, `L1.price:
 * "29.40"`. A path begins with a section (`limits.monthlyMax`, `lines`) or with the id of something in one
 * (`L1`, `csat`). Works on the written form, so that what comes out is validated like any contract.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type Applied =
  { readonly value: Json; readonly path: readonly (string | number)[] } | { readonly fault: string };

const sections = [
  'measures',
  'kpis',
  'lines',
  'bonusMalus',
  'corridors',
  'commitments',
  'discounts',
  'credits',
  'waivers',
  'limits',
  'bonus',
  'malus',
  'scope',
  'vat',
] as const;

/** Sets one path in the written terms; the answer holds the place it was set at. */
export function applySet(terms: Json, written: string, value: Json): Applied {
  const parts = written.split('.');
  const place = placeOf(terms, parts);
  if ('fault' in place) return place;
  return { value: setAt(terms, place.path, value), path: place.path };
}

function placeOf(terms: Json, parts: readonly string[]): { path: (string | number)[] } | { fault: string } {
  const [head, ...rest] = parts;
  const start = head === undefined ? null : startOf(terms, head);
  if (start === null) {
    return { fault: `there is no section or id '${head ?? ''}' (sections: ${sections.join(', ')})` };
  }
  const path = [...start];
  let inner: Json | undefined = start.reduce<Json | undefined>(childOf, terms);
  for (const [index, part] of rest.entries()) {
    const step = stepOf(inner, part);
    if (step === null && index < rest.length - 1)
      return { fault: `there is no '${part}' in ${parts.join('.')}` };
    path.push(step ?? part);
    inner = childOf(inner, step ?? part);
  }
  return { path };
}

function startOf(terms: Json, head: string): (string | number)[] | null {
  for (const section of sections) {
    if (head === section) return [section];
    const within = childOf(terms, section);
    const step = within === undefined ? null : stepOf(within, head);
    const named = section === 'measures' || section === 'kpis' || Array.isArray(within);
    if (named && typeof step !== 'object' && step !== null && !/^\d+$/.test(head)) return [section, step];
  }
  return null;
}

/** Key of an object, or index in a list by number or by the id of its member. */
function stepOf(value: Json | undefined, part: string): string | number | null {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    const byId = list.findIndex((item) => childOf(item, 'id') === part);
    if (byId >= 0) return byId;
    return /^\d+$/.test(part) && Number(part) < list.length ? Number(part) : null;
  }
  return isObject(value) && Object.hasOwn(value, part) ? part : null;
}

function childOf(value: Json | undefined, step: string | number): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[])[Number(step)];
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function setAt(target: Json | undefined, path: readonly (string | number)[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(target)) {
    return (target as readonly Json[]).map((item, index) =>
      index === step ? setAt(item, rest, value) : item,
    );
  }
  const object = isObject(target) ? target : {};
  return { ...object, [step]: setAt(object[step], rest, value) };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
