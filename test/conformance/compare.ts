import type { Expectation } from './document.ts';
import type { Event } from './view.ts';

/** The first thing in which a replay differs from what was recorded. */
export interface Difference {
  /** Which list and which place in it, such as `deliveries.A[2]`. */
  readonly at: string;
  /** The step's time after which it came; undefined in the final observation. */
  readonly after: number | undefined;
  readonly expected: unknown;
  readonly got: unknown;
}

/** Everything in which an outcome differs from the recorded one, the earliest first. */
export function differences(expected: Expectation, got: Expectation): Difference[] {
  const found: Difference[] = [];
  const unordered = new Set(expected.unordered.flatMap(spellings));
  const compareLists = (path: readonly string[], want: readonly Event[], have: readonly Event[]): void => {
    const anyOrder = spellings(path).some((spelling) => unordered.has(spelling));
    const [wanted, had] = anyOrder ? [asSet(want), asSet(have)] : [want, have];
    for (let i = 0; i < Math.max(wanted.length, had.length); i++) {
      if (text(wanted[i]) === text(had[i])) continue;
      found.push({
        at: `${path.join('.')}[${i}]`,
        after: earliest(wanted[i], had[i]),
        expected: wanted[i],
        got: had[i],
      });
      if (!anyOrder) return; // what follows differs only because of this
    }
  };

  for (const consumer of new Set([...Object.keys(expected.deliveries), ...Object.keys(got.deliveries)]))
    compareLists(
      ['deliveries', consumer],
      expected.deliveries[consumer] ?? [],
      got.deliveries[consumer] ?? [],
    );
  for (const list of ['cancels', 'replies', 'returns', 'confirms'] as const)
    compareLists([list], expected[list], got[list]);
  const [wanted, had] = errorsAsCompared(expected.errors, got.errors);
  compareLists(['errors'], wanted, had);
  found.sort((a, b) => (a.after ?? 0) - (b.after ?? 0));

  for (const [queue, want] of Object.entries(expected.final)) {
    const have = got.final[queue] ?? null;
    const at = `final.${queue}`;
    if (!want || !have) {
      if (want !== have) found.push({ at, after: undefined, expected: want, got: have });
      continue;
    }
    for (const count of ['ready', 'consumers'] as const)
      if (want[count] !== undefined && want[count] !== have[count])
        found.push({ at: `${at}.${count}`, after: undefined, expected: want[count], got: have[count] });
    if (want.drain === undefined) continue;
    if (want.drain === 'gone' || have.drain === 'gone' || have.drain === undefined) {
      if (want.drain !== have.drain)
        found.push({ at: `${at}.drain`, after: undefined, expected: want.drain, got: have.drain });
    } else compareLists(['final', queue, 'drain'], want.drain, have.drain);
  }
  return found;
}

/** Ways in which the path of a list may be written. */
function spellings(path: string | readonly string[]): string[] {
  const parts = typeof path === 'string' ? [path] : path;
  return [parts.join('.'), parts.join('/'), `/${parts.join('/')}`, `expect.${parts.join('.')}`];
}

const asSet = (list: readonly Event[]): Event[] =>
  list
    .map(({ tag: _, ...event }) => event)
    .sort((a, b) => {
      const [left, right] = [text(a), text(b)];
      return left < right ? -1 : left > right ? 1 : 0;
    });

/** Errors without their sentences, and without what the recording does not tell. */
function errorsAsCompared(expected: readonly Event[], got: readonly Event[]): [Event[], Event[]] {
  const bare = ({ text: _, ...event }: Event): Event => event;
  return [
    expected.map(bare),
    got.map((event, i) => {
      const { method, ...rest } = bare(event);
      return expected[i] && expected[i]['method'] === undefined ? rest : { ...rest, method };
    }),
  ];
}

function earliest(...events: readonly (Event | undefined)[]): number | undefined {
  const times = events.flatMap((event) => (typeof event?.['after'] === 'number' ? [event['after']] : []));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** A value as text in which only its content counts: keys are sorted, what is undefined is left out. */
function text(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? 'nothing'
  );
}
