import { hash } from 'node:crypto';

/**
 * Merkle trees as RFC 6962 (2.1) has them, with SHA-256: a node over two others is hashed with 0x01 before
 * them, a leaf with 0x00 before its content, so that none can stand for the other. Digests are in hex. Leaves
 * are streamed: memory grows with the height of the tree only.
 */
const leafBytes = Buffer.alloc(65, 0);
const nodeBytes = Buffer.alloc(65, 1);

/** Hash of a leaf whose content is two digests, one after the other. */
export function merkleLeaf(first: string, second: string): string {
  return hashOfTwo(leafBytes, first, second);
}

/** Root over the leaves added so far, in their order. */
export class MerkleRoot {
  /** Perfect trees over what was added, the largest first. */
  readonly #trees: { readonly size: number; readonly root: string }[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `leaf`: hash of a leaf. */
  add(leaf: string): void {
    this.#count += 1;
    let tree = { size: 1, root: leaf };
    for (let last = this.#trees.at(-1); last?.size === tree.size; last = this.#trees.at(-1)) {
      this.#trees.pop();
      tree = { size: 2 * tree.size, root: merkleNode(last.root, tree.root) };
    }
    this.#trees.push(tree);
  }

  /** Of no leaf the hash of nothing. */
  root(): string {
    const last = this.#trees.at(-1);
    if (last === undefined) return hash('sha256', '');
    return this.#trees.slice(0, -1).reduceRight((right, { root }) => merkleNode(root, right), last.root);
  }
}

/**
 * The digests beside the way from a leaf to the root, from the leaf up (RFC 6962, 2.1.1). `leaves`: hashes of
 * all leaves, in their order.
 */
export function merklePath(leaves: readonly string[], index: number): string[] {
  const path: string[] = [];
  let [from, to] = [0, leaves.length];
  while (to - from > 1) {
    const middle = from + 2 ** Math.floor(Math.log2(to - from - 1));
    const [beside, isLeft] = index < middle ? [[middle, to], true] : [[from, middle], false];
    path.push(rootOf(leaves.slice(beside[0], beside[1])));
    if (isLeft) to = middle;
    else from = middle;
  }
  return path.toReversed();
}

function rootOf(leaves: readonly string[]): string {
  const root = new MerkleRoot();
  for (const leaf of leaves) root.add(leaf);
  return root.root();
}

/** The root that a leaf and its path lead to; null: a tree of so many leaves has no such path. */
export function rootByPath(
  leaf: string,
  { index, size, path }: { readonly index: number; readonly size: number; readonly path: readonly string[] },
): string | null {
  if (index >= size) return null;
  let [at, last, root] = [index, size - 1, leaf];
  for (const beside of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      root = merkleNode(beside, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else root = merkleNode(root, beside);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : null;
}

function merkleNode(left: string, right: string): string {
  return hashOfTwo(nodeBytes, left, right);
}

/** The first of the bytes, which stays, says what is hashed. */
function hashOfTwo(bytes: Buffer, first: string, second: string): string {
  bytes.write(first, 1, 'hex');
  bytes.write(second, 33, 'hex');
  return hash('sha256', bytes);
}
