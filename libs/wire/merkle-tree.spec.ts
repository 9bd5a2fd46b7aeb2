import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { merkleLeaf, merklePath, MerkleRoot, rootByPath } from './merkle-tree.js';

const sha = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** The definition of RFC 6962, 2.1, word for word. */
function naiveRoot(contents: readonly Buffer[]): Buffer {
  const [first] = contents;
  if (first === undefined) return sha();
  if (contents.length === 1) return sha(Buffer.of(0), first);
  let k = 1;
  while (k * 2 < contents.length) k *= 2;
  return sha(Buffer.of(1), naiveRoot(contents.slice(0, k)), naiveRoot(contents.slice(k)));
}

function rootOf(leaves: readonly string[]): string {
  const root = new MerkleRoot();
  for (const leaf of leaves) root.add(leaf);
  expect(root.count).toBe(leaves.length);
  return root.root();
}

describe('a Merkle root', () => {
  // the vectors of github.com/google/certificate-transparency, merkle_tree_test
  const contents = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  it.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('is that of the published vectors for %i leaves', (count, expected) => {
    const leaves = contents
      .slice(0, count)
      .map((hex) => sha(Buffer.of(0), Buffer.from(hex, 'hex')).toString('hex'));
    expect(rootOf(leaves)).toBe(expected);
  });

  it('is that of the definition for every number of leaves of two digests up to 70', () => {
    for (let count = 0; count <= 70; count++) {
      const pairs = Array.from(
        { length: count },
        (_, index) => [sha(Buffer.of(7, index)), sha(Buffer.of(8, index))] as const,
      );
      const leaves = pairs.map(([first, second]) =>
        merkleLeaf(first.toString('hex'), second.toString('hex')),
      );
      expect(rootOf(leaves)).toBe(naiveRoot(pairs.map((pair) => Buffer.concat(pair))).toString('hex'));
    }
  });
});

describe('the path of a leaf', () => {
  const leaves = Array.from({ length: 21 }, (_, index) => sha(Buffer.of(9, index)).toString('hex'));

  it('leads to the root from every place of trees of up to 21 leaves, and from no other place', () => {
    for (let size = 1; size <= leaves.length; size++) {
      const some = leaves.slice(0, size);
      const root = rootOf(some);
      for (const [index, leaf] of some.entries()) {
        const path = merklePath(some, index);
        // From the definition: no path is longer than the height of the tree.
        expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        const places = some.keys().filter((at) => rootByPath(leaf, { index: at, size, path }) === root);
        expect([size, ...places]).toEqual([size, index]);
        expect(rootByPath(leaf, { index, size, path: [...path, leaf] })).toBeNull();
        expect(rootByPath(leaf, { index: size, size, path })).toBeNull();
        const shorter = path.slice(1);
        expect(size > 1 && rootByPath(leaf, { index, size, path: shorter }) === root).toBe(false);
      }
    }
  });
});
