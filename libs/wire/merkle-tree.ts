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

function merkleNode(left: string, right: string): string {
  return hashOfTwo(nodeBytes, left, right);
}

/** The first of the bytes, which stays, says what is hashed. */
function hashOfTwo(bytes: Buffer, first: string, second: string): string {
  bytes.write(first, 1, 'hex');
  bytes.write(second, 33, 'hex');
  return hash('sha256', bytes);
}
