import type { Sequence, SequenceStep } from '../../exporters/mermaid.ts';
import type { Links } from './links.ts';

/** Who a place belongs to: the service of a step, the queue itself for a channel. */
function actorOf(place: string): string {
  const channel = /^[a-z]+\/[^ ]+$/.test(place);
  return channel ? place : place.replace(/[.[/ ].*$/s, '');
}

/** The last part of an address: what it is called among its own. A channel may have a dot in its name. */
const lastName = (place: string) => place.slice(place.lastIndexOf(place.includes('/') ? '/' : '.') + 1);

interface Line {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly style: SequenceStep['style'];
}

const note = (place: string, text: string): Line => ({
  from: actorOf(place),
  to: actorOf(place),
  text,
  style: 'note',
});

/** The two ends of a link; a place that is no link is both. */
function ends(place: string): readonly [string, string] {
  const [from, to] = place.split(/ (?:->|\|) /);
  return [actorOf(from ?? place), actorOf(to ?? from ?? place)];
}

/** Who sent the call that a request's span hangs on; the request's own place where that is not recorded. */
function callerOf(links: Links, request: number): string {
  const call = links.span(request);
  return call >= 0 && links.kind(call) === 'call' ? links.place(call) : links.place(request);
}

/** How a message was lost, in as few letters as a lane has. */
const LOSSES: ReadonlyMap<string, string> = new Map([
  ['dropReply', 'answer lost'],
  ['partition', 'cut off'],
]);

function lineOf(links: Links, record: number): Line {
  const place = links.place(record);
  const peer = links.peer(record);
  const detail = links.detail(record);
  const arrow = (from: string, to: string, text: string, style: SequenceStep['style']): Line => ({
    from: actorOf(from),
    to: actorOf(to),
    text,
    style,
  });
  switch (links.kind(record)) {
    case 'call':
      return arrow(
        place,
        peer,
        links.value(record) > 1 ? `${lastName(peer)}, try ${links.value(record)}` : lastName(peer),
        'call',
      );
    case 'callOk':
      return arrow(peer, place, 'ok', 'answer');
    case 'lateReply':
      return arrow(peer, place, 'late answer', 'answer');
    case 'callFailed':
      return note(place, detail || 'failed');
    case 'request':
      return arrow(callerOf(links, record), place, lastName(place), 'call');
    case 'reply': {
      const request = links.span(record);
      const status = `${links.value(record)}${detail ? ` ${detail}` : ''}`;
      return arrow(place, request >= 0 ? callerOf(links, request) : place, status, 'answer');
    }
    case 'dropped': {
      const [from, to] = ends(place);
      return { from, to, text: LOSSES.get(detail) ?? 'lost', style: 'lost' };
    }
    case 'publish':
    case 'outboxed': {
      const span = links.span(record);
      return arrow(span >= 0 ? links.place(span) : place, place, detail || 'message', 'message');
    }
    case 'delivery':
      return arrow(peer, place, detail || 'message', 'message');
    case 'ack':
      return arrow(place, peer, 'ack', 'answer');
    case 'deadLetter':
      return arrow(place, peer || place, `dead: ${detail}`, 'message');
    case 'putOff':
      return arrow(place, peer, `later: ${detail}`, 'message');
    case 'fact':
      return note(place, detail);
    case 'fault':
      return note(ends(place)[0], `fault ${detail}`);
    case 'intent':
      return note(place, `wants ${links.subject(record)}`);
    case 'intentOk':
      return note(place, 'got it');
    case 'intentFailed':
      return note(place, `failed: ${detail}`);
    case 'retry':
      return note(place, 'will retry');
    default:
      return note(place, detail ? `${links.kind(record)}: ${detail}` : links.kind(record));
  }
}

/** The sequence diagram of some records: a lane for everyone who takes part, in the order of appearance. */
export function sequenceOf(links: Links, records: readonly number[]): Sequence {
  const lanes = new Set<string>();
  const steps = records.map((record): SequenceStep => {
    const line = lineOf(links, record);
    lanes.add(line.from).add(line.to);
    return { record, at: links.columns.time[record] as number, ...line };
  });
  return { lanes: [...lanes], steps };
}
