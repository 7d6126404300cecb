import type { Kind } from '../../sim/kinds.ts';
import type { Links } from './links.ts';

/** Records that a search from one finding may visit; beyond it, what is farther away is left out. */
const MOST_VISITED = 50_000;

/** What a finding rests on. */
export interface Slice {
  /** The chain of causes, and the spans in which they happened: records in the order of time. */
  readonly chain: readonly number[];
  /** What else happened to the same requests and tells why: faults, losses, late answers. In the order of time. */
  readonly hanging: readonly number[];
  /** Records of the chain that nothing led to. */
  readonly roots: readonly number[];
}

/** Kinds that explain something where they hang on a chain. */
const TELLING: ReadonlySet<Kind> = new Set<Kind>([
  'fault',
  'dropped',
  'crash',
  'lost',
  'lateReply',
  'callOk',
  'callFailed',
  'retry',
  'retryDenied',
  'gaveUp',
  'unsettled',
  'shed',
  'denied',
  'rejected',
  'breaker',
  'hedge',
  'fallback',
  'graphqlError',
  'refused',
  'rollback',
  'dedupe',
  'poolWait',
  'lockWait',
  'streamReady',
  'request',
  'start',
  'cacheHit',
  'batched',
  'publishFailed',
  'requeue',
  'deadLetter',
  'unroutable',
  'overflow',
  'putOff',
  'queueDeleted',
  'ackIgnored',
  'strayed',
  'deduplicated',
  'redriven',
  'filtered',
  'undelivered',
  'undeliverable',
  'apiRefused',
  'sagaUndo',
  'sagaDone',
  'patched',
  'flagged',
  'meshRetry',
  'meshRetryDenied',
  'meshHedge',
  'ejected',
  'ejectionRefused',
  'panic',
  'handshakeFailed',
  'mirrored',
  'rollout',
  'misdirected',
  'learned',
  'cancelled',
  'connectFailed',
  'connectionLost',
  'probeFailed',
  'ready',
  'terminating',
  'stopped',
  'paused',
  'unlisted',
  'selfPreservation',
]);

/** What explains although it comes after: the good answer that was on its way while harm was done, or its loss. */
function isLate(links: Links, record: number): boolean {
  const kind = links.kind(record);
  return kind === 'dropped' || (kind === 'lateReply' && links.detail(record) === 'ok');
}

function backward(links: Links, from: readonly number[]): { chain: Set<number>; roots: number[] } {
  const chain = new Set<number>();
  const roots: number[] = [];
  const open = from.filter((record) => record >= 0 && record < links.columns.cause.length);
  while (open.length > 0 && chain.size < MOST_VISITED) {
    const record = open.pop() as number;
    if (chain.has(record)) continue;
    chain.add(record);
    const parents = [links.cause(record), links.span(record)].filter(
      (parent) => parent >= 0 && parent !== record,
    );
    if (parents.length === 0) roots.push(record);
    open.push(...parents);
  }
  return { chain, roots };
}

/** Everything that the chain led to; the requests and messages of the chain are followed to their ends. */
function forward(links: Links, chain: ReadonlySet<number>, last: number): number[] {
  const seen = new Set(chain);
  const open = [...chain];
  const found: number[] = [];
  while (open.length > 0 && seen.size < MOST_VISITED) {
    const record = open.pop() as number;
    for (const next of [...links.effects(record), ...links.inside(record)]) {
      if (seen.has(next)) continue;
      const kind = links.kind(next);
      if (next > last && !isLate(links, next)) continue;
      seen.add(next);
      open.push(next);
      if (TELLING.has(kind)) found.push(next);
    }
  }
  return found;
}

const inOrder = (records: Iterable<number>) => [...records].sort((a, b) => a - b);

/** Walks back from records along causes and spans, then collects what tells why along the way. */
export function sliceOf(links: Links, records: readonly number[]): Slice {
  const { chain, roots } = backward(links, records);
  const last = records.reduce((latest, record) => Math.max(latest, record), -1);
  return { chain: inOrder(chain), hanging: inOrder(forward(links, chain, last)), roots: inOrder(roots) };
}
