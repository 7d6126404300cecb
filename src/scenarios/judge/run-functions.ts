import { EvaluationProblem, type ExpressionFunction } from '../../sim/expression/expression.ts';
import type { Value } from '../../sim/expression/value.ts';
import { formatMicros, type Micros } from '../../sim/kernel/time.ts';
import type { Kind } from '../../sim/kinds.ts';
import { gaugeAt } from '../channels/gauges.ts';
import { ownerOf } from '../narration/telling.ts';
import { type MessageCourse, messagesOf } from './messages.ts';
import { percentile } from './percentile.ts';
import { placeIn } from './places.ts';
import { BAD, GOOD, type Samples, samplesOf } from './samples.ts';
import type { RunView } from './view.ts';
import { decimal } from './words.ts';

/** A run as far as it had come at a time. */
export interface Moment {
  readonly view: RunView;
  readonly at: Micros;
}

/** A function over a run, with the records that it counts. */
export interface RunFunction extends ExpressionFunction<Moment> {
  /** The last few records that make its value what it is. */
  witnesses(moment: Moment, args: readonly Value[]): readonly number[];
  format(value: number): string;
  /** What its text argument names; for those who check that it exists. */
  readonly names: 'fact' | 'entity' | 'place' | 'channel' | undefined;
}

const WITNESSES = 12;

/** Functions over the whole run, for checks without `every`. */
export const runFunctions: ReadonlyMap<string, RunFunction> = new Map<string, RunFunction>([
  [
    'facts',
    {
      summary: 'how often a fact was recorded',
      names: 'fact',
      arity: [1, 1],
      call: (moment, [name]) => upTo(factTimes(moment.view, text(name)), moment.at),
      witnesses: ({ view, at }, [name]) =>
        lastOf(
          view.run.facts.filter((fact) => fact.name === name && fact.at <= at).map(({ record }) => record),
        ),
      format: decimal,
    },
  ],
  [
    'count',
    {
      summary: 'how many entities of a sort the run met',
      names: 'entity',
      arity: [1, 1],
      call: ({ view }, [name]) => entities(view, text(name)),
      witnesses: () => [],
      format: decimal,
    },
  ],
  [
    'orders',
    {
      summary: 'how many orders the run met',
      names: undefined,
      arity: [0, 0],
      call: ({ view }) => entities(view, 'order'),
      witnesses: () => [],
      format: decimal,
    },
  ],
  [
    'calls',
    {
      summary: 'how often a client wanted something, or a request reached an operation or a service',
      names: 'place',
      arity: [1, 1],
      call: (moment, [place]) => upTo(samples(moment.view, place).began, moment.at),
      witnesses: () => [],
      format: decimal,
    },
  ],
  [
    'failures',
    {
      summary: 'how many of those ended badly',
      names: 'place',
      arity: [1, 1],
      call: (moment, [place]) => upTo(endsOf(moment.view, text(place), BAD), moment.at),
      witnesses: (moment, [place]) => badRecords(moment, place),
      format: decimal,
    },
  ],
  [
    'errorRate',
    {
      summary: 'the share, from 0 to 1, of those ended that ended badly',
      names: 'place',
      arity: [1, 1],
      call(moment, [place]) {
        const bad = upTo(endsOf(moment.view, text(place), BAD), moment.at);
        const good = upTo(endsOf(moment.view, text(place), GOOD), moment.at);
        return bad + good === 0 ? 0 : bad / (bad + good);
      },
      witnesses: (moment, [place]) => badRecords(moment, place),
      format: decimal,
    },
  ],
  [
    'p',
    {
      summary: 'the percentile of the times that good answers took, in microseconds: p(99, place)',
      names: 'place',
      arity: [2, 2],
      call: (moment, [rank, place]) => timeOf(moment, rank, place),
      witnesses: (moment, [rank, place]) => slow(moment, rank, place),
      format: formatMicros,
    },
  ],
  [
    'misdirected',
    {
      summary: 'how many requests for an operation or a service came to instances that took none',
      names: 'place',
      arity: [1, 1],
      call: (moment, [place]) => misdirected(moment, text(place)).length,
      witnesses: (moment, [place]) => lastOf(misdirected(moment, text(place))),
      format: decimal,
    },
  ],
  [
    'deprecated',
    {
      summary:
        'how many requests came in by a route, or a service, that is deprecated; with a second name, those that it sent',
      names: 'place',
      arity: [1, 2],
      call: (moment, [place, who]) => deprecatedUses(moment, text(place), who).length,
      witnesses: (moment, [place, who]) => lastOf(deprecatedUses(moment, text(place), who)),
      format: decimal,
    },
  ],
  [
    'exposed',
    {
      summary:
        "how many requests an intruder read on their way, over all links or one: exposed('shop -> bank')",
      names: undefined,
      arity: [0, 1],
      call: (moment, [link]) => exposures(moment, link).length,
      witnesses: (moment, [link]) => lastOf(exposures(moment, link)),
      format: decimal,
    },
  ],
  [
    'conflated',
    {
      summary:
        'how many messages a consumer, or all of a service, passed over for newer ones of the same key',
      names: 'place',
      arity: [1, 1],
      call: (moment, [place]) => recordsAt(moment, 'conflated', text(place)).length,
      witnesses: (moment, [place]) => lastOf(recordsAt(moment, 'conflated', text(place))),
      format: decimal,
    },
  ],
  [
    'stalled',
    {
      summary: 'how often an operation, or a service, had to wait for the reader of its response stream',
      names: 'place',
      arity: [1, 1],
      call: (moment, [place]) => recordsAt(moment, 'streamFull', text(place)).length,
      witnesses: (moment, [place]) => lastOf(recordsAt(moment, 'streamFull', text(place))),
      format: decimal,
    },
  ],
  [
    'unsent',
    {
      summary:
        'messages of response streams that wait in the memory of a service, since their readers have no room',
      names: 'place',
      arity: [1, 1],
      call: (moment, [place]) => inMemory(moment, 'unsent', text(place)),
      witnesses: (moment, [place]) => lastOf(recordsAt(moment, 'streamWritten', text(place))),
      format: decimal,
    },
  ],
  [
    'unread',
    {
      summary: 'messages of response streams that have come to a service, and that it has not read',
      names: 'place',
      arity: [1, 1],
      call: (moment, [place]) => inMemory(moment, 'unread', text(place)),
      witnesses: (moment, [place]) => lastOf(recordsAt(moment, 'streamRead', text(place))),
      format: decimal,
    },
  ],
  [
    'depth',
    {
      summary: 'messages that a queue, consumer or outbox has accepted and not yet handled',
      names: 'channel',
      arity: [1, 1],
      call: (moment, [channel]) => waiting(moment, channel).length,
      witnesses: (moment, [channel]) => lastOf(waiting(moment, channel).map(({ published }) => published)),
      format: decimal,
    },
  ],
  [
    'age',
    {
      summary: 'how long the oldest of those has waited, in microseconds',
      names: 'channel',
      arity: [1, 1],
      call(moment, [channel]) {
        const oldest = waiting(moment, channel)[0];
        return oldest ? moment.at - moment.view.columns.time[oldest.published]! : 0;
      },
      witnesses: (moment, [channel]) =>
        waiting(moment, channel)
          .slice(0, 1)
          .map(({ published }) => published),
      format: formatMicros,
    },
  ],
]);

function text(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw new EvaluationProblem("it takes a name in quotes, such as 'shoppers'");
}

/** How many of sorted times are not after a moment. */
function upTo(times: Float64Array, at: Micros): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function factTimes(view: RunView, name: string): Float64Array {
  return view.remember(`fact times ${name}`, () =>
    Float64Array.from(
      view.run.facts.filter((fact) => fact.name === name),
      (fact) => fact.at,
    ),
  );
}

function entities(view: RunView, entity: string): number {
  let count = 0;
  for (const subject of view.run.subjects.values()) if (subject.entity === entity) count++;
  return count;
}

function samples(view: RunView, place: Value | undefined): Samples {
  const found = samplesOf(view, text(place));
  if (!found) throw new EvaluationProblem(`this world has no client, operation or consumer ${text(place)}`);
  return found;
}

/** When those of one outcome ended, in order. */
function endsOf(view: RunView, place: string, outcome: number): Float64Array {
  return view.remember(`ends ${outcome} ${place}`, () => {
    const all = samples(view, place);
    return all.ended.filter((_, index) => all.outcome[index] === outcome).sort();
  });
}

/** At a moment, over all its instances. */
const inMemory = ({ view: { run }, at }: Moment, what: 'unsent' | 'unread', service: string): number =>
  run.gauges
    .filter(({ measure, place }) => measure === what && ownerOf(place) === service)
    .reduce((sum, gauge) => sum + (gaugeAt(gauge, at) ?? 0), 0);

const misdirected = (moment: Moment, name: string) => recordsAt(moment, 'misdirected', name);

function deprecatedUses(moment: Moment, name: string, who: Value | undefined): number[] {
  const { detail } = moment.view.columns;
  const uses = recordsAt(moment, 'deprecatedUse', name);
  return who === undefined ? uses : uses.filter((record) => moment.view.text(detail[record]!) === text(who));
}

function exposures({ view, at }: Moment, link: Value | undefined): number[] {
  const { time, place } = view.columns;
  return Array.from(view.recordsOf('exposed')).filter(
    (record) => time[record]! <= at && (link === undefined || view.text(place[record]!) === text(link)),
  );
}

/** Records of a kind up to a moment, at an operation or anywhere in a service. */
function recordsAt({ view, at }: Moment, kind: Kind, name: string): number[] {
  const { time, place } = view.columns;
  const isOf = (operation: string) => operation === name || operation.startsWith(`${name}.`);
  return view
    .remember(`${kind} ${name}`, () =>
      Array.from(view.recordsOf(kind)).filter((record) => isOf(view.text(place[record]!) ?? '')),
    )
    .filter((record) => time[record]! <= at);
}

function timeOf({ view, at }: Moment, rank: Value | undefined, place: Value | undefined): number {
  if (typeof rank !== 'number' || rank <= 0 || rank > 100)
    throw new EvaluationProblem('p() takes a percentile: p(99, place)');
  const all = samples(view, place);
  const times: number[] = [];
  for (let index = 0; index < all.length; index++) {
    if (all.outcome[index] === GOOD && all.ended[index]! <= at)
      times.push(all.ended[index]! - all.began[index]!);
  }
  return percentile(Float64Array.from(times).sort(), rank) ?? 0;
}

function slow(moment: Moment, rank: Value | undefined, place: Value | undefined): number[] {
  const limit = timeOf(moment, rank, place);
  const all = samples(moment.view, place);
  const records: number[] = [];
  for (let index = 0; index < all.length; index++) {
    const took = all.ended[index]! - all.began[index]!;
    if (all.outcome[index] === GOOD && all.ended[index]! <= moment.at && took >= limit)
      records.push(all.last[index]!);
  }
  return lastOf(records);
}

function badRecords({ view, at }: Moment, place: Value | undefined): number[] {
  const all = samples(view, place);
  const records: number[] = [];
  for (let index = 0; index < all.length; index++) {
    if (all.outcome[index] !== BAD || all.ended[index]! > at) continue;
    const last = all.last[index]!;
    records.push(last >= 0 ? last : all.first[index]!);
  }
  return lastOf(records.sort((a, b) => a - b));
}

function waiting({ view, at }: Moment, channel: Value | undefined): MessageCourse[] {
  const name = text(channel);
  const { time } = view.columns;
  const all = view.remember(`messages ${name}`, () => {
    const place = placeIn(view.run.world, name);
    const right = place?.kind === 'consumer' || place?.kind === 'channel' || place?.kind === 'outbox';
    return right ? messagesOf(view, place) : undefined;
  });
  if (!all) throw new EvaluationProblem(`this world has no queue, consumer or outbox ${name}`);
  return all.filter(
    ({ published, done }) => time[published]! <= at && (done === undefined || time[done]! > at),
  );
}

function lastOf(records: readonly number[]): number[] {
  return records.slice(-WITNESSES);
}
