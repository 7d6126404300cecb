import { messagesOf } from './messages.ts';
import { placeIn, type Target } from './places.ts';
import type { RunView } from './view.ts';

/** Something that was emitted at one record and applied at another. */
export interface Application {
  readonly emitted: number;
  readonly applied: number;
}

/** Where something is applied. */
export const APPLYING: Target = {
  called: 'consumer or operation',
  fits: ({ kind }) => kind === 'consumer' || kind === 'operation',
};

/** What a consumer or operation applied, by entity, in the order of its application; undefined where there is no such place. */
export function applicationsAt(
  view: RunView,
  target: string,
  by: string,
): ReadonlyMap<string, readonly Application[]> | undefined {
  const place = placeIn(view.run.world, target);
  switch (place?.kind) {
    case 'consumer':
      return byEntity(view, by, handledMessages(view, place));
    case 'operation':
      return byEntity(view, by, answeredRequests(view, place.operation));
    default:
      return undefined;
  }
}

function byEntity(view: RunView, by: string, all: readonly Application[]): Map<string, Application[]> {
  const found = new Map<string, Application[]>();
  for (const one of all.toSorted((a, b) => a.applied - b.applied)) {
    const entity = entityOf(view, one.emitted, by);
    if (entity === undefined) continue;
    const mine = found.get(entity);
    if (mine) mine.push(one);
    else found.set(entity, [one]);
  }
  return found;
}

/** The entity of a sort that a record concerns: its subject, or what its subject is about. */
function entityOf(view: RunView, record: number, by: string): string | undefined {
  const name = view.subjectOf(record);
  if (name === null) return undefined;
  const subject = view.run.subjects.get(name);
  if (!subject || subject.entity === by) return name;
  const other = subject.data[by];
  return typeof other === 'string' ? other : undefined;
}

/** Each message counts once, when it was first handled; it was emitted when its outbox, or else the broker, took it. */
function handledMessages(view: RunView, place: Parameters<typeof messagesOf>[1]): Application[] {
  const outboxed = new Map<number, number>();
  const { value } = view.columns;
  for (const record of view.recordsOf('outboxed')) {
    if (!outboxed.has(value[record]!)) outboxed.set(value[record]!, record);
  }
  const found: Application[] = [];
  for (const { message, published, done, dead } of messagesOf(view, place)) {
    if (done !== undefined && !dead)
      found.push({ emitted: outboxed.get(message) ?? published, applied: done });
  }
  return found;
}

/** Each request that was answered well; a retry was emitted when its first attempt was. */
function answeredRequests(view: RunView, operation: string): Application[] {
  const { place, span, kind, value } = view.columns;
  const number = view.number(operation);
  const firstAttempts = new Map<string, number>();
  const emittedBy = new Map<number, number>();
  for (const call of view.recordsOf('call')) {
    const key = `${span[call]} ${place[call]}`;
    if (value[call] === 1 || !firstAttempts.has(key)) firstAttempts.set(key, call);
    emittedBy.set(call, firstAttempts.get(key) ?? call);
  }
  const found: Application[] = [];
  const seen = new Set<number>();
  for (const reply of view.recordsOf('reply')) {
    if (place[reply] !== number || value[reply]! >= 400) continue;
    const request = span[reply]!;
    const call = kind[request] === view.kind('request') ? span[request]! : -1;
    const emitted = emittedBy.get(call) ?? request;
    if (seen.has(emitted)) continue;
    seen.add(emitted);
    found.push({ emitted, applied: reply });
  }
  return found;
}
