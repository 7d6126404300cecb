import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutOf, type MapLayout, type Placed } from './layout.ts';
import type { Topology } from './topology.ts';

/** Stores of 3 to 20 nodes, linked at random: also in circles, also apart. */
const topologies = fc
  .integer({ min: 3, max: 20 })
  .chain((count) =>
    fc.record({
      count: fc.constant(count),
      pairs: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: count * 2 }),
      lengths: fc.array(fc.integer({ min: 1, max: 16 }), { minLength: count, maxLength: count }),
    }),
  )
  .map(({ count, pairs, lengths }): Topology => {
    const id = (i: number) => `n${i}${'x'.repeat(lengths[i] as number)}`;
    return {
      nodes: Array.from({ length: count }, (_, i) => ({
        id: id(i),
        kind: 'service' as const,
        channel: null,
        label: id(i),
      })),
      links: pairs.filter(([a, b]) => a !== b).map(([a, b]) => ({ from: id(a), to: id(b) })),
    };
  });

const rooms = fc.constantFrom([44, 9], [78, 9], [76, 18], [118, 24], [160, 40]) as fc.Arbitrary<
  [number, number]
>;

const inside = ({ x, y, width, height }: Placed, column: number, row: number) =>
  column >= x && column < x + width && row >= y && row < y + height;

function overlapping({ nodes }: MapLayout): string[] {
  const all = [...nodes.values()];
  return all.flatMap((a, i) =>
    all
      .slice(i + 1)
      .filter(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      )
      .map((b) => `${a.id} ${b.id}`),
  );
}

test('overlaps nothing, leads no link through a node, and ends each at its nodes', () => {
  fc.assert(
    fc.property(topologies, rooms, (topology, [width, height]) => {
      const layout = layoutOf(topology, width, height);
      expect(layout.nodes.size).toBe(topology.nodes.length);
      expect(overlapping(layout)).toEqual([]);
      for (const node of layout.nodes.values()) {
        expect(node.x).toBeGreaterThanOrEqual(0);
        expect(node.y).toBeGreaterThanOrEqual(0);
        expect(node.x + node.width).toBeLessThanOrEqual(layout.width);
        expect(node.y + node.height).toBeLessThanOrEqual(layout.height);
      }
      for (const { cells, left, right } of layout.routes) {
        const from = layout.nodes.get(left) as Placed;
        const to = layout.nodes.get(right) as Placed;
        expect(cells[0]).toEqual({ x: from.x + from.width, y: from.y + (from.height >> 1) });
        expect(cells.at(-1)).toEqual({ x: to.x - 1, y: to.y + (to.height >> 1) });
        cells.forEach((cell, i) => {
          const next = cells[i + 1];
          if (next) expect(Math.abs(next.x - cell.x) + Math.abs(next.y - cell.y)).toBe(1);
          expect([...layout.nodes.values()].filter((node) => inside(node, cell.x, cell.y))).toEqual([]);
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('is the same every time', () => {
  fc.assert(
    fc.property(topologies, rooms, (topology, [width, height]) => {
      const [a, b] = [layoutOf(topology, width, height), layoutOf(topology, width, height)];
      expect(JSON.stringify([[...a.nodes], a.routes])).toBe(JSON.stringify([[...b.nodes], b.routes]));
    }),
    { numRuns: 20 },
  );
});

test('shows more of each node where there is more room', () => {
  const chain: Topology = {
    nodes: ['a', 'b', 'c'].map((id) => ({ id, kind: 'service', channel: null, label: id })),
    links: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
    ],
  };
  const styles = [
    [24, 3],
    [46, 3],
    [46, 9],
    [80, 9],
  ].map(([width, height]) => layoutOf(chain, width as number, height as number).style);
  expect(styles).toEqual(['name', 'box', 'tall', 'full']);
});

test('lets a call and the calls back share a line', () => {
  const both: Topology = {
    nodes: ['a', 'b'].map((id) => ({ id, kind: 'service', channel: null, label: id })),
    links: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ],
  };
  expect(layoutOf(both, 60, 9).routes).toMatchObject([{ left: 'a', right: 'b', forth: true, back: true }]);
});
