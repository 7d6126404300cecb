import { widthOf } from '../../layout/text.ts';
import { type RankItem, type RankPath, ranksOf } from './ranks.ts';
import type { Topology } from './topology.ts';
import { type Gutter, gutterOf, type Turn } from './tracks.ts';

/** How much is drawn of a node: a box with three rows, wide or narrow, with one row; a row with a figure; its name. */
export type NodeStyle = 'full' | 'tall' | 'box' | 'slim' | 'row' | 'name';

/** Where a node stands, in cells. */
export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The way of a link over the map. */
export interface Route {
  readonly left: string;
  readonly right: string;
  readonly forth: boolean;
  readonly back: boolean;
  /** Every cell from the one right of the left node to the one left of the right node. */
  readonly cells: readonly Point[];
  /** Which links are drawn as one where they touch. */
  readonly bundle: number;
}

/** Where everything stands. It may be larger than the room it was made for; then a part of it is shown. */
export interface MapLayout {
  readonly style: NodeStyle;
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Placed>;
  readonly routes: readonly Route[];
}

const HEIGHT: Readonly<Record<NodeStyle, number>> = { full: 5, tall: 5, box: 3, slim: 3, row: 1, name: 1 };
/** Columns that a node needs beside its name, and at least in all: so that figures have room. */
const AROUND: Readonly<Record<NodeStyle, number>> = { full: 4, tall: 2, box: 4, slim: 2, row: 11, name: 3 };
const NARROWEST: Readonly<Record<NodeStyle, number>> = {
  full: 16,
  tall: 10,
  box: 12,
  slim: 10,
  row: 14,
  name: 6,
};
/** Cells between two columns, beside those for links that turn there. */
const LEAST_GUTTER: Readonly<Record<NodeStyle, number>> = {
  full: 5,
  tall: 5,
  box: 4,
  slim: 3,
  row: 3,
  name: 3,
};
const WIDEST_GUTTER = 22;
/** What is tried, the most telling first: a style, and the rows between two nodes. */
const TRIES: readonly (readonly [NodeStyle, number])[] = [
  ['full', 1],
  ['full', 0],
  ['tall', 1],
  ['tall', 0],
  ['box', 1],
  ['box', 0],
  ['slim', 1],
  ['slim', 0],
  ['row', 1],
  ['row', 0],
  ['name', 1],
  ['name', 0],
];

/**
 * Lays a topology out for a room, with as much of each node as fits.
 *
 * Deterministic and stable: it depends on the topology and the room alone, never on what happens in the run.
 */
export function layoutOf(topology: Topology, width: number, height: number): MapLayout {
  let last: MapLayout | undefined;
  for (const [style, gap] of TRIES) {
    const columns = new Columns(topology, style, gap);
    last = columns.place(0);
    if (last.width > width || last.height > height) continue;
    return columns.place(Math.floor((width - last.width) / Math.max(1, columns.gutters)));
  }
  return last as MapLayout; // the last try is kept, whether it fits or not
}

class Columns {
  readonly #style: NodeStyle;
  readonly #columns: readonly (readonly RankItem[])[];
  readonly #paths: readonly RankPath[];
  readonly #widths: readonly number[];

  constructor(topology: Topology, style: NodeStyle, gap: number) {
    const { columns, paths } = ranksOf(topology, HEIGHT[style], gap);
    this.#style = style;
    this.#columns = columns;
    this.#paths = paths;
    const labels = new Map(topology.nodes.map(({ id, label }) => [id, widthOf(label)]));
    this.#widths = columns.map((items) =>
      Math.max(NARROWEST[style], ...items.map(({ id }) => (labels.get(id) ?? 0) + AROUND[style])),
    );
  }

  get gutters(): number {
    return this.#columns.length - 1;
  }

  /** Places everything, with so many columns more in each gutter. */
  place(spare: number): MapLayout {
    const rows = this.#rows();
    const gutters = this.#gutters(rows);
    const xs: number[] = [];
    let x = 0;
    this.#columns.forEach((_, column) => {
      xs.push(x);
      x += this.#widths[column] as number;
      const gutter = gutters[column];
      if (gutter) x += this.#gutterWidth(gutter, spare);
    });
    const height = HEIGHT[this.#style];
    const nodes = new Map<string, Placed>();
    this.#columns.forEach((items, column) => {
      for (const { id, passing } of items) {
        if (passing) continue;
        const y = (rows.get(id) as number) - (height >> 1);
        nodes.set(id, { id, x: xs[column] as number, y, width: this.#widths[column] as number, height });
      }
    });
    const bottom = Math.max(0, ...[...rows].map(([id, row]) => row + (nodes.has(id) ? height >> 1 : 0) + 1));
    return {
      style: this.#style,
      width: x,
      height: bottom,
      nodes,
      routes: this.#paths.map((path) => this.#route(path, rows, gutters, xs, spare)),
    };
  }

  #gutterWidth({ tracks }: Gutter, spare: number): number {
    const least = LEAST_GUTTER[this.#style] + Math.max(0, tracks - 1);
    return Math.min(least + spare, Math.max(least, WIDEST_GUTTER));
  }

  /** The middle row of each item: where it would best stand, pushed down where something stands there already. */
  #rows(): Map<string, number> {
    const half = HEIGHT[this.#style] >> 1;
    const rows = new Map<string, number>();
    let top = Number.POSITIVE_INFINITY;
    for (const items of this.#columns) {
      let free = Number.NEGATIVE_INFINITY;
      for (const { id, passing, centre } of items) {
        const above = passing ? 0 : half;
        const best = Math.round(centre - 0.5);
        const row = Math.max(best, free + above);
        rows.set(id, row);
        free = row + above + 1;
        top = Math.min(top, row - above);
      }
    }
    for (const [id, row] of rows) rows.set(id, row - top);
    return rows;
  }

  #gutters(rows: ReadonlyMap<string, number>): Gutter[] {
    const turns: Turn[][] = Array.from({ length: this.gutters }, () => []);
    const columnOf = new Map(
      this.#columns.flatMap((items, column) => items.map(({ id }) => [id, column] as const)),
    );
    for (const { items } of this.#paths) {
      for (let i = 0; i + 1 < items.length; i++) {
        const [from, to] = [items[i] as string, items[i + 1] as string];
        turns[columnOf.get(from) as number]?.push({
          from,
          to,
          fromRow: rows.get(from) as number,
          toRow: rows.get(to) as number,
        });
      }
    }
    return turns.map(gutterOf);
  }

  #route(
    { left, right, forth, back, items }: RankPath,
    rows: ReadonlyMap<string, number>,
    gutters: readonly Gutter[],
    xs: readonly number[],
    spare: number,
  ): Route {
    const cells: Point[] = [];
    let column = this.#columns.findIndex((candidates) => candidates.some(({ id }) => id === left));
    let bundle = 0;
    for (let i = 0; i + 1 < items.length; i++, column++) {
      const from = items[i] as string;
      const to = items[i + 1] as string;
      const gutter = gutters[column] as Gutter;
      const start = (xs[column] as number) + (this.#widths[column] as number);
      const end = (xs[column + 1] as number) - 1;
      const fromRow = rows.get(from) as number;
      const toRow = rows.get(to) as number;
      const track = gutter.trackOf(from, to);
      if (i === 0) bundle = gutter.bundleOf(from, to) + column * 1000;
      const turn = start + trackOffset(track, gutter.tracks, this.#gutterWidth(gutter, spare));
      // A link that passes a column goes straight through it.
      if (i > 0) for (let x = xs[column] as number; x < start; x++) cells.push({ x, y: fromRow });
      for (let x = start; x <= turn; x++) cells.push({ x, y: fromRow });
      const step = Math.sign(toRow - fromRow);
      for (let y = fromRow + step; y !== toRow + step && step !== 0; y += step) cells.push({ x: turn, y });
      for (let x = turn + 1; x <= end; x++) cells.push({ x, y: toRow });
    }
    return { left, right, forth, back, cells, bundle };
  }
}

/** Where in a gutter a track runs: tracks stand together in its middle, and leave room for an arrow's head. */
function trackOffset(track: number, tracks: number, width: number): number {
  const spread = Math.max(1, Math.min(2, Math.floor((width - 2) / Math.max(1, tracks))));
  const first = Math.max(0, Math.floor((width - 1 - (tracks - 1) * spread) / 2));
  return Math.min(width - 2, first + track * spread);
}
