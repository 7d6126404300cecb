import { Graph, layout } from '@dagrejs/dagre';
import type { Topology } from './topology.ts';

/** Something that stands in a column of the map: a node, or a place where a link passes through. */
export interface RankItem {
  /** The node's id, or a name of its own for a link that passes. */
  readonly id: string;
  readonly passing: boolean;
  /** Where it would best stand, as a row; fractions are not yet rounded. */
  readonly centre: number;
}

/** A link between two nodes, from the left one to the right one, by the items it leads through, one a column. */
export interface RankPath {
  readonly left: string;
  readonly right: string;
  /** Whether somebody sends from left to right, and from right to left. */
  readonly forth: boolean;
  readonly back: boolean;
  readonly items: readonly string[];
}

/** Who stands in which column, and how links lead through the columns between. */
export interface Ranks {
  /** Column by column from the left, each from top to bottom. */
  readonly columns: readonly (readonly RankItem[])[];
  readonly paths: readonly RankPath[];
}

/**
 * Puts nodes into columns by who calls whom, and orders them so that few links cross.
 *
 * Deterministic: the same topology and height give the same ranks. `height`: rows of a
 * node; `gap`: rows between two of a column, and between a node and a link that passes.
 */
export function ranksOf({ nodes, links }: Topology, height: number, gap: number): Ranks {
  // Lines have no direction of their own: a call and its answers, or two who call each other, share one.
  const pairs = new Map<string, { from: string; to: string; both: boolean }>();
  for (const { from, to } of links) {
    const reverse = pairs.get(`${to} ${from}`);
    if (reverse) reverse.both = true;
    else pairs.set(`${from} ${to}`, { from, to, both: false });
  }
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: gap, edgesep: gap, ranksep: 2, acyclicer: 'greedy' });
  for (const { id } of nodes) graph.setNode(id, { width: 2, height });
  for (const { from, to } of pairs.values()) graph.setEdge(from, to, {});
  layout(graph);

  const rankOf = (id: string): number => (graph.node(id) as { rank?: number }).rank ?? 0;
  const ranks = [...new Set(nodes.map(({ id }) => rankOf(id)))].sort((a, b) => a - b);
  const columnOf = new Map(ranks.map((rank, column) => [rank, column]));
  const xs = ranks.map((rank) => xOf(nodes.find(({ id }) => rankOf(id) === rank)?.id ?? ''));
  function xOf(id: string): number {
    return graph.node(id).x ?? 0;
  }

  const columns: RankItem[][] = ranks.map(() => []);
  for (const { id } of nodes) {
    columns[columnOf.get(rankOf(id)) ?? 0]?.push({ id, passing: false, centre: graph.node(id).y ?? 0 });
  }
  const paths = [...pairs.values()].map(({ from, to, both }): RankPath => {
    const forward = rankOf(from) < rankOf(to);
    const [left, right] = forward ? [from, to] : [to, from];
    const first = columnOf.get(rankOf(left)) ?? 0;
    const last = columnOf.get(rankOf(right)) ?? 0;
    const { points = [] } = graph.edge(from, to) as { points?: readonly { x: number; y: number }[] };
    const items = [left];
    for (let column = first + 1; column < last; column++) {
      const id = `${left} ${right} ${column}`;
      const x = xs[column] as number;
      const point = points.reduce((best, each) =>
        Math.abs(each.x - x) < Math.abs(best.x - x) ? each : best,
      );
      columns[column]?.push({ id, passing: true, centre: point.y });
      items.push(id);
    }
    return { left, right, forth: both || forward, back: both || !forward, items: [...items, right] };
  });
  const order = (a: RankItem, b: RankItem) => a.centre - b.centre || (a.id < b.id ? -1 : 1);
  return { columns: columns.map((column) => column.sort(order)), paths };
}
