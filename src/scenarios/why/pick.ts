import type { Kind } from '../../sim/kinds.ts';
import type { Links } from './links.ts';
import { type Slice, sliceOf } from './slice.ts';

/** Lines of an explanation. */
export const MOST_LINES = 9;
const LEAST_LINES = 3;

/** Of records that say the same of the same place, so many are kept. */
const ALIKE = 2;

/** How much a kind of record explains; kinds that are not here are left out unless lines are missing. */
const WEIGHT: Partial<Record<Kind, number>> = {
  fault: 100,
  dropped: 96,
  patched: 94,
  crash: 92,
  lost: 88,
  fact: 86,
  lateReply: 84,
  retry: 82,
  deadLetter: 80,
  unroutable: 80,
  publishFailed: 78,
  shed: 75,
  denied: 75,
  rejected: 74,
  breaker: 73,
  gaveUp: 72,
  unsettled: 71,
  callFailed: 70,
  hedge: 68,
  retryDenied: 67,
  requeue: 66,
  refused: 64,
  rollback: 62,
  dedupe: 60,
  sagaUndo: 58,
  graphqlError: 56,
  fallback: 55,
  sagaDone: 50,
  scaled: 50,
  cacheHit: 48,
  intent: 45,
  intentFailed: 44,
  restart: 40,
};

/** What fills an explanation that would be shorter than three lines. */
const FILLING: Partial<Record<Kind, number>> = {
  call: 9,
  batched: 9,
  publish: 8,
  delivery: 8,
  request: 7,
  write: 6,
  reply: 5,
  job: 4,
};

/** What a call or delivery weighs where the chain forks. */
const FORK = 71;

/** A wait is worth a line once it is long: 10 ms counts as much as a rollback, 1 s as a lost request. */
function waitWeight(micros: number): number {
  if (micros < 10_000) return 0;
  if (micros < 100_000) return 62;
  return micros < 1_000_000 ? 76 : 88;
}

/** A repetition, or a message that lay in its consumer's hands for long: it was no longer in its queue then. */
function deliveryWeight(links: Links, record: number): number {
  if (links.detail(record) === 'redelivered') return 76;
  for (const request of links.inside(record))
    for (const next of links.inside(request))
      if (links.kind(next) === 'start' && links.value(next) >= 100_000) return 65;
  return 0;
}

/** A line before a replica is worth a line once it is long: from ten waiting, and as much as a crash from a hundred. */
function lineWeight(waiting: number): number {
  if (waiting < 10) return 0;
  return waiting < 100 ? 69 : 90;
}

/** Good ends: where one of them proves a finding, it came too late, and what took long is the cause. */
const GOOD_ENDS: ReadonlySet<Kind> = new Set<Kind>(['intentOk', 'callOk', 'reply', 'ack', 'finish']);

/** Facts come about whether it is slow or not. */
const FACT_IF_SLOW = 42;

/** From the first cause to the last proof, where slowness is what was found; null where it is something else. */
function slowness(links: Links, slice: Slice, proofs: readonly number[]): number | null {
  const last = proofs[proofs.length - 1];
  const first = slice.chain[0];
  if (last === undefined || first === undefined || !proofs.some((proof) => GOOD_ENDS.has(links.kind(proof))))
    return null;
  return (links.columns.time[last] as number) - (links.columns.time[first] as number);
}

/** A call that took a good part of the time weighs as much as a refusal; one that took nearly all, as much as a fault. */
function shareWeight(micros: number, whole: number | null): number {
  if (whole === null || micros * 8 < whole) return 0;
  return 60 + 40 * Math.min(1, micros / whole);
}

function weightOf(links: Links, record: number, whole: number | null): number {
  const kind = links.kind(record);
  if (kind === 'request') return lineWeight(links.value(record));
  if (kind === 'callOk') return shareWeight(links.value(record), whole);
  if (kind === 'fact' && whole !== null) return FACT_IF_SLOW;
  if (kind === 'poolWait' || kind === 'lockWait' || kind === 'start') return waitWeight(links.value(record));
  if (kind === 'callFailed' && links.detail(record) === 'timeout') return 83;
  if (kind === 'delivery') return deliveryWeight(links, record);
  return WEIGHT[kind] ?? 0;
}

/** These hang on a chain whoever they struck; of the rest, what happened to others is left out. */
const CONCERNS_ALL: ReadonlySet<Kind> = new Set<Kind>([
  'fault',
  'crash',
  'patched',
  'breaker',
  'scaled',
  'restart',
  'stopped',
]);

/** What a person would take for the same line. */
const likeness = (links: Links, record: number) =>
  `${links.kind(record)}|${links.place(record)}|${links.peer(record)}|${links.detail(record)}`;

/**
 * Picks the records worth a line: the proofs, the first cause, then what explains most.
 *
 * Between equals the one on the chain of causes comes first, then the later one, which is nearer to the harm.
 */
export function pick(
  links: Links,
  slice: Slice,
  proofs: readonly number[],
  most: number = MOST_LINES,
): number[] {
  const chosen = new Set<number>();
  const alike = new Map<string, number>();
  const take = (record: number) => {
    if (chosen.has(record) || chosen.size >= most) return;
    const name = likeness(links, record);
    const so = alike.get(name) ?? 0;
    if (so >= ALIKE) return;
    alike.set(name, so + 1);
    chosen.add(record);
  };
  for (const record of proofs) take(record);
  const root = slice.roots.find((record) => links.kind(record) === 'intent') ?? slice.roots[0];
  if (root !== undefined && root >= 0) take(root);

  const onChain = new Set(slice.chain);
  const forks = forksOf(links, slice.chain);
  const whole = slowness(links, slice, proofs);
  const concerned = new Set(proofs.map((proof) => links.subject(proof)));
  const hanging = slice.hanging.filter(
    (record) => CONCERNS_ALL.has(links.kind(record)) || concerned.has(links.subject(record)),
  );
  const ranked = [...slice.chain, ...hanging]
    .map((record) => ({
      record,
      weight:
        Math.max(weightOf(links, record, whole), forks.has(record) ? FORK : 0) +
        (onChain.has(record) ? 0.5 : 0),
    }))
    .filter(({ weight }) => weight >= 1)
    .sort((a, b) => b.weight - a.weight || b.record - a.record);
  for (const { record } of ranked) {
    if (!echoes(links, record, chosen)) take(record);
  }
  const filling = [...slice.chain]
    .map((record) => ({ record, weight: FILLING[links.kind(record)] ?? 0 }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.record - a.record);
  for (const { record } of filling) if (chosen.size < LEAST_LINES) take(record);
  return [...chosen].sort((a, b) => a - b);
}

/** Where one thing led to two calls or deliveries of the chain: a second click, a retry, a redelivery. */
function forksOf(links: Links, chain: readonly number[]): ReadonlySet<number> {
  const branches = new Map<number, number[]>();
  for (const record of chain) {
    const kind = links.kind(record);
    if (kind !== 'call' && kind !== 'delivery') continue;
    const cause = links.cause(record);
    const known = branches.get(cause);
    if (known) known.push(record);
    else branches.set(cause, [record]);
  }
  return new Set([...branches.values()].filter(({ length }) => length > 1).flat());
}

/** A fault that drops a message is one event for a person, though the record holds the fault and the loss. */
function echoes(links: Links, record: number, chosen: ReadonlySet<number>): boolean {
  if (links.kind(record) !== 'dropped') return false;
  for (const other of chosen) {
    if (links.kind(other) !== 'fault') continue;
    if (links.cause(record) === other || links.cause(other) === record) return true;
    if (
      links.cause(record) === links.cause(other) &&
      links.columns.time[record] === links.columns.time[other]
    )
      return true;
  }
  return false;
}

/** Arrows between the events of an explanation: without them a diagram would be a list of notes. */
const ARROWS: ReadonlySet<Kind> = new Set<Kind>(['call', 'publish', 'delivery', 'dropped', 'lateReply']);
const MOST_STEPS = 18;

/** The records of an explanation with the messages that led to each of them; of too many, the later ones. */
export function withArrows(links: Links, slice: Slice, chosen: readonly number[]): number[] {
  const from = chosen[0] ?? 0;
  const { chain } = sliceOf(links, chosen);
  const arrows = new Set([...chain, ...slice.hanging]);
  const between = [...arrows]
    .filter((record) => record >= from && ARROWS.has(links.kind(record)) && !chosen.includes(record))
    .sort((a, b) => a - b);
  const room = Math.max(0, MOST_STEPS - chosen.length);
  return [...chosen, ...(room === 0 ? [] : between.slice(-room))].sort((a, b) => a - b);
}
