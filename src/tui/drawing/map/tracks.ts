/** A piece of a link between two neighbouring columns. */
export interface Turn {
  readonly from: string;
  readonly to: string;
  readonly fromRow: number;
  readonly toRow: number;
}

/** The space between two columns: which link turns on which track. */
export interface Gutter {
  /** How many tracks there are. */
  readonly tracks: number;
  /** The track on which a link turns, from 0 at the left. */
  trackOf(from: string, to: string): number;
  /** Links of one bundle share their track, and are drawn as one. */
  bundleOf(from: string, to: string): number;
}

interface Bundle {
  readonly turns: Turn[];
  track: number;
}

/**
 * Gives each link its track. Links that leave one node, or that reach one node, are bundled like the branches of a tree,
 * and a bundle that would run along another's line is put on the side on which it does not.
 */
export function gutterOf(turns: readonly Turn[]): Gutter {
  const degree = (end: 'from' | 'to', id: string) => turns.filter((turn) => turn[end] === id).length;
  const bundles = new Map<string, Bundle>();
  const keyOf = new Map<string, string>();
  for (const turn of turns) {
    const spreads = degree('from', turn.from) >= degree('to', turn.to);
    const key = spreads ? `from ${turn.from}` : `to ${turn.to}`;
    keyOf.set(`${turn.from} -> ${turn.to}`, key);
    const bundle = bundles.get(key) ?? { turns: [], track: 0 };
    bundle.turns.push(turn);
    bundles.set(key, bundle);
  }
  const turning = [...bundles.values()].filter(({ turns: all }) =>
    all.some(({ fromRow, toRow }) => fromRow !== toRow),
  );
  const tracks = assign(turning);
  const order = [...bundles.keys()];
  const find = (from: string, to: string) => keyOf.get(`${from} -> ${to}`) ?? '';
  return {
    tracks,
    trackOf: (from, to) => bundles.get(find(from, to))?.track ?? 0,
    bundleOf: (from, to) => order.indexOf(find(from, to)),
  };
}

const top = ({ turns }: Bundle) => Math.min(...turns.flatMap(({ fromRow, toRow }) => [fromRow, toRow]));
const bottom = ({ turns }: Bundle) => Math.max(...turns.flatMap(({ fromRow, toRow }) => [fromRow, toRow]));

/** Whether `a`, put left of `b`, would run along a line of `b`: on the row on which `b` comes from the left. */
const collides = (a: Bundle, b: Bundle) =>
  a.turns.some(({ toRow, to }) =>
    b.turns.some(({ fromRow, to: other }) => fromRow === toRow && to !== other),
  );

/** Puts bundles on tracks, as few as there can be without two of them touching; gives their number. */
function assign(bundles: readonly Bundle[]): number {
  const waiting = [...bundles].sort((a, b) => top(a) - top(b));
  const placed: Bundle[] = [];
  while (waiting.length > 0) {
    // Next is one that nobody else must stand left of; where all must, the first.
    const free = waiting.findIndex((one) => waiting.every((other) => other === one || !collides(one, other)));
    const [bundle] = waiting.splice(Math.max(0, free), 1) as [Bundle];
    let track = 0;
    for (const other of placed) {
      const apart = bottom(other) < top(bundle) || bottom(bundle) < top(other);
      if (!apart || collides(bundle, other) || collides(other, bundle))
        track = Math.max(track, other.track + 1);
    }
    bundle.track = track;
    placed.push(bundle);
  }
  return placed.reduce((most, { track }) => Math.max(most, track + 1), 0);
}
