// Checks a file of `tallyline proof show` with nothing but Node: what it proves of each item is printed as
// JSON. Written from docs/proof.md; shares no code with the product.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha = (...parts) => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
};
const bytes = (hex) => Buffer.from(hex, 'hex');
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
};

/** RFC 6962 by its recursive definition: which side the leaf is on at each level, from the root down. */
function rootOver(leaf, index, size, path) {
  if (size === 1) return path.length === 0 ? leaf : null;
  if (path.length === 0) return null;
  let half = 1;
  while (half * 2 < size) half *= 2;
  const beside = path.at(-1);
  const rest = path.slice(0, -1);
  const [left, right] =
    index < half
      ? [rootOver(leaf, index, half, rest), beside]
      : [beside, rootOver(leaf, index - half, size - half, rest)];
  return left === null || right === null ? null : sha(bytes('01'), bytes(left), bytes(right));
}

function isPlaced({ index, pseudonym, hidden, path }, { contributions, root }) {
  if (index < 0 || index >= contributions) return false;
  return rootOver(sha(bytes('00'), bytes(pseudonym), bytes(hidden)), index, contributions, path) === root;
}

const shown = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { keyDigest, items } = shown.event.data.contributionRoots;
const pseudonym = sha(`${shown.key}/contact/${shown.contact}`);
const proved = items.map((root, at) => {
  const { item, is, before, after, ...own } = shown.items[at];
  if (item !== root.item) return false;
  if (is === 'in')
    return isPlaced({ ...own, pseudonym, hidden: sha(own.salt + canonical(own.sums)) }, root) && own.sums;
  const first = before === null ? -1 : before.index;
  const last = after === null ? root.contributions : after.index;
  const isBetween =
    last === first + 1 &&
    (before === null || (before.pseudonym < pseudonym && isPlaced(before, root))) &&
    (after === null || (after.pseudonym > pseudonym && isPlaced(after, root)));
  return isBetween && null;
});
const isWhole =
  sha(shown.key) === keyDigest && shown.items.length === items.length && !proved.includes(false);
process.stdout.write(
  `${JSON.stringify(isWhole ? Object.fromEntries(items.map(({ item }, at) => [item, proved[at]])) : 'not proved')}\n`,
);
