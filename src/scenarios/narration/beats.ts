import type { Micros } from '../../sim/kernel/time.ts';
import { KIND, type Kind } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import type { Verdict } from '../judge/verdict.ts';
import { Telling } from './telling.ts';

/** A moment of a run worth stopping at. */
export interface Beat {
  readonly record: number;
  readonly at: Micros;
  readonly title: string;
}

/** What tells the outside that something is wrong. */
const SYMPTOMS: readonly Kind[] = [
  'callFailed',
  'intentFailed',
  'gaveUp',
  'shed',
  'lost',
  'publishFailed',
  'deadLetter',
  'forgotten',
];
/** Rare events that are beats of their own, each at most this often. */
const TURNS: readonly Kind[] = [
  'crash',
  'restart',
  'breaker',
  'patched',
  'scaled',
  'ejected',
  'panic',
  'brokerDown',
  'leaderChanged',
  'memberLeft',
  'ready',
  'terminating',
  'paused',
  'resumed',
];
const MOST_OF_A_KIND = 6;

/** The moments worth stopping at, in the order of time: first strikes, first symptom, breaks, turns, recovery. */
export function beats(run: Run, verdict: Verdict): Beat[] {
  const found = new Map<number, string>();
  const add = (record: number, title: string) => {
    const known = found.get(record);
    found.set(record, known === undefined ? title : `${known}. ${title}`);
  };
  for (const { id, outcome, findings } of verdict.checks) {
    const first = findings[0];
    const record = first?.records.at(-1);
    if (outcome === 'invalid' && first && record !== undefined) {
      const when = first.at === run.until ? 'Broken in the end' : 'Broken';
      add(record, `${when}: ${id}${first.subject === null ? '' : `, ${first.subject}`}`);
    }
  }
  const firstStrike = strikesAndTurns(run, add);
  symptom(run, firstStrike, add);
  recovery(run, firstStrike, add);
  return [...found]
    .map(([record, title]) => ({ record, at: run.record.timeAt(record), title }))
    .sort((a, b) => a.record - b.record);
}

type Add = (record: number, title: string) => void;

/** Adds the first strike of each fault, and rare events. Gives the record of the first strike, -1 where none struck. */
function strikesAndTurns(run: Run, add: Add): number {
  const { kind } = run.record.columns();
  const turns = new Map(TURNS.map((name) => [KIND[name], name]));
  const counts = new Map<Kind, number>();
  const struck = new Set<string>();
  let first = -1;
  for (let record = 0; record < kind.length; record++) {
    const number = kind[record]!;
    if (number === KIND.fault) {
      const { detail, place } = new Telling(run, record);
      if (first < 0) first = record;
      if (struck.has(detail)) continue;
      struck.add(detail);
      add(record, `Fault: ${detail} strikes ${place}`);
      continue;
    }
    const turn = turns.get(number);
    if (turn === undefined) continue;
    const count = counts.get(turn) ?? 0;
    counts.set(turn, count + 1);
    if (count < MOST_OF_A_KIND) add(record, turnTitle(new Telling(run, record)));
  }
  return first;
}

function turnTitle({ kind, place, peer, detail, value }: Telling): string {
  switch (kind) {
    case 'crash':
      return `${place} dies`;
    case 'restart':
      return `${place} is back`;
    case 'breaker':
      return `Breaker ${place}: ${detail}`;
    case 'scaled':
      return `${place}: ${value} replicas`;
    case 'ejected':
      return `${place} ejects ${peer}`;
    case 'brokerDown':
      return `${place}: broker ${value} ${detail === 'fenced' ? 'is given up' : 'is gone'}`;
    case 'leaderChanged':
      return value < 0 ? `${place} has no leader` : `Broker ${value} leads ${place}`;
    case 'memberLeft':
      return `${peer} leaves the group ${place}`;
    case 'ready':
      return `${place} is ${detail}`;
    case 'terminating':
      return `${place} is to end`;
    case 'paused':
      return `${place} stands still`;
    case 'resumed':
      return `${place} goes on`;
    case 'panic':
      return `${place}: panic ${detail}`;
    default:
      return `Changed: ${detail === '' ? place : detail}`;
  }
}

/** The first thing that went wrong after the first strike; from the beginning where no fault struck. */
function symptom(run: Run, after: number, add: Add): void {
  const { kind } = run.record.columns();
  const symptoms = new Set(SYMPTOMS.map((name) => KIND[name]));
  const record = kind.findIndex((number, index) => index > after && symptoms.has(number));
  if (record < 0) return;
  const { place, peer, detail, subject } = new Telling(run, record);
  const where = peer === '' ? place : `${place} -> ${peer}`;
  add(
    record,
    `First symptom: ${where}${detail === '' ? '' : ` ${detail}`}${subject === '' ? '' : `, ${subject}`}`,
  );
}

/** Where a client was served again after its last failure, if it was. */
function recovery(run: Run, after: number, add: Add): void {
  if (after < 0) return;
  const { kind, place } = run.record.columns();
  const lastFailure = new Map<number, number>();
  const nextSuccess = new Map<number, number>();
  for (let record = after + 1; record < kind.length; record++) {
    const client = place[record]!;
    if (kind[record] === KIND.intentFailed || kind[record] === KIND.gaveUp) {
      lastFailure.set(client, record);
      nextSuccess.delete(client);
    } else if (kind[record] === KIND.intentOk && lastFailure.has(client) && !nextSuccess.has(client)) {
      nextSuccess.set(client, record);
    }
  }
  for (const [client, record] of nextSuccess) {
    add(record, `Recovered: no failure of ${run.record.names.text(client)} after this`);
  }
}
