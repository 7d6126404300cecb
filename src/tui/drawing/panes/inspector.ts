import { Telling } from '../../../scenarios/narration/telling.ts';
import type { Micros } from '../../../sim/kernel/time.ts';
import { KINDS, type KindDescription } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';
import type { World } from '../../../sim/world/schema/world.ts';
import { channelLines } from '../../../words/channel.ts';
import type { Detail } from '../../../words/detail.ts';
import { kindWords } from '../../../words/kinds.ts';
import { serviceLines } from '../../../words/service.ts';
import { fill, shorten, widthOf } from '../../layout/text.ts';
import type { Role } from '../../theme/theme.ts';
import { Canvas } from '../canvas.ts';
import { HEALTH_ROLE, type NodeState, settingsOf, shortShare, shortTime } from '../model/health.ts';
import { shortNumber } from '../model/metrics.ts';
import type { Scene } from '../model/scene.ts';
import { clock } from './rows.ts';

/** A line of an inspector: a name and what it is; with `before` also what it was. */
interface Line {
  readonly name: string;
  readonly text: string;
  readonly before?: string;
  readonly role?: Role;
}

const NAME = 11;

/** An event in full: who, about whom, and what was different after it. */
export function drawEvent(scene: Scene, record: number | null, width: number, height: number): Canvas {
  const canvas = new Canvas(width, height);
  if (record === null || record < 0) {
    canvas.put(0, 0, 'None yet.', 'dim');
    return canvas;
  }
  const telling = new Telling(scene.run, record);
  const { kind, at, place, peer, subject, detail, value, cause } = telling;
  const known: readonly Line[] = [
    { name: `#${record}`, text: `${kind}  ${clock(at)}`, role: 'strong' },
    { name: 'where', text: place },
    { name: 'with', text: peer },
    { name: 'about', text: subject },
    { name: 'detail', text: detail },
    { name: 'value', text: valueWords(kind, value) },
    { name: 'cause', text: cause < 0 ? '' : `#${cause} ${kindWords(telling.kindOf(cause))}` },
  ];
  const said = known.filter(({ text }) => text !== '');
  let y = drawLines(canvas, said, 0);
  const changes = changesAt(scene, record);
  if (changes.length > 0 && y + 2 < height) {
    canvas.put(0, y + 1, 'state', 'accent');
    canvas.putBefore(width, y + 1, 'before   after', 'dim');
    y = drawLines(canvas, changes, y + 2);
  }
  const about = fill(`${KINDS[kind].summary}.`, width);
  if (y + 1 + about.length <= height)
    about.forEach((line, i) => {
      canvas.put(0, y + 1 + i, line, 'dim');
    });
  return canvas;
}

/** The value of a record in its unit, where it has one. */
function valueWords(kind: keyof typeof KINDS, value: number): string {
  const about: KindDescription = KINDS[kind];
  if (about.value === undefined || kind === 'intent' || kind === 'fact') return '';
  return about.value.startsWith('µs')
    ? `${shortTime(value)} ${about.value.slice(2).trim()}`.trim()
    : `${value} ${about.value}`;
}

/** What an event changed, as far as the record tells: facts of its subject, and what its node has in hand. */
function changesAt(scene: Scene, record: number): Line[] {
  const { run } = scene;
  const telling = new Telling(run, record);
  const node = scene.places.nodeOf(run.record.placeAt(record));
  const history = scene.histories[node];
  const lines: Line[] = [];
  if (telling.subject !== '') {
    for (const [name, count] of factsUpTo(scene, telling.subject, record)) {
      const before = count - (telling.kind === 'fact' && telling.detail === name ? 1 : 0);
      lines.push({
        name: `${name}`,
        before: String(before),
        text: String(count),
        role: before === count ? 'dim' : count > 1 ? 'bad' : 'good',
      });
    }
  }
  if (telling.kind === 'write') {
    const { value } = telling;
    lines.push({
      name: `${telling.detail}`,
      before: value > 1 ? `v${value - 1}` : '-',
      text: value === 0 ? 'gone' : `v${value}`,
      role: 'info',
    });
  }
  if (history) {
    for (const [name, level] of [
      ['waiting', history.waiting],
      ['in hand', history.working],
    ] as const) {
      const [before, after] = [Math.max(0, level.at(record - 1)), Math.max(0, level.at(record))];
      lines.push({
        name: `${history.node.label} ${name}`,
        before: String(before),
        text: String(after),
        role: before === after ? 'dim' : 'text',
      });
    }
  }
  return lines;
}

/** How often each fact has become true of an entity. */
function factsUpTo({ run }: Scene, subject: string, record: number): Map<string, number> {
  const counts = new Map<string, number>();
  const name = run.record.names.find(subject);
  for (const fact of run.facts) {
    if (fact.record > record) break;
    if (run.record.subjectAt(fact.record) === name) counts.set(fact.name, (counts.get(fact.name) ?? 0) + 1);
  }
  return counts;
}

/** A node in full, once a record has happened: how it is, and the settings that are in force. */
export function drawInspectedNode(
  { run }: Scene,
  state: NodeState,
  record: number,
  at: Micros,
  width: number,
  height: number,
): Canvas {
  return state.node.kind === 'queue'
    ? drawChannel(run, state, record, at, width, height)
    : drawWorker(run, state, record, at, width, height);
}

const toned = ({ name, text, tone }: Detail): Line => ({ name, text, ...(tone && { role: tone }) });

/** A queue or a topic, as an operator's tools show it. */
function drawChannel(
  run: Run,
  { node, rate, failing }: NodeState,
  record: number,
  at: Micros,
  width: number,
  height: number,
): Canvas {
  const canvas = new Canvas(width, height);
  const lines: readonly Line[] = [
    {
      name: node.label,
      text: node.channel === 'dead letters' ? 'dead-letter queue' : (node.channel ?? node.kind),
      role: 'strong',
    },
    {
      name: 'lately',
      text: `${shortNumber(rate)}/s${failing === 0 ? '' : `, ${shortShare(failing)} given up`}`,
      role: failing > 0 ? 'warn' : 'text',
    },
    ...channelLines(run, node.id, record, at).map(toned),
  ];
  const room = lines.length > height ? Math.max(0, height - 1) : lines.length;
  drawLines(canvas, lines.slice(0, room), 0);
  if (room < lines.length) canvas.put(0, room, `${lines.length - room} more: z`, 'dim');
  return canvas;
}

function drawWorker(
  run: Run,
  state: NodeState,
  record: number,
  at: Micros,
  width: number,
  height: number,
): Canvas {
  const { world } = run;
  const canvas = new Canvas(width, height);
  const { node, health, word, working, waiting, workers, replicas, down, rate, failing, median } = state;
  const lines: Line[] = [
    { name: node.label, text: node.kind, role: 'strong' },
    { name: 'health', text: word === '' ? 'fine' : word, role: word === '' ? 'good' : HEALTH_ROLE[health] },
    { name: 'in hand', text: workers === null ? String(working) : `${working} of ${workers} workers` },
    { name: 'waiting', text: String(waiting), role: waiting > 0 ? 'warn' : 'text' },
    {
      name: 'lately',
      text: `${shortNumber(rate)}/s${median === null ? '' : `, half under ${shortTime(median)}`}`,
    },
    {
      name: 'failing',
      text: failing === 0 ? 'none' : shortShare(failing),
      role: failing > 0 ? 'warn' : 'text',
    },
    ...(node.kind === 'service'
      ? [{ name: 'replicas', text: down > 0 ? `${replicas - down} of ${replicas} up` : String(replicas) }]
      : []),
    ...foundBy(world, node.id),
    ...serviceLines(run, node.id, record, at).map(toned),
  ];
  const y = drawLines(canvas, lines, 0);
  const settings = callLines(settingsOf(world, node.id)?.calls ?? world.clients[node.id]?.calls ?? {});
  if (settings.length > 0 && y + 2 < height) {
    canvas.put(0, y + 1, 'how it calls', 'accent');
    drawLines(canvas, settings, y + 2);
  }
  return canvas;
}

/** How callers find the instances of a service, where they do not know at once. */
function foundBy({ discovery, services }: World, id: string): Line[] {
  const settings = discovery[id] ?? (services[id] ? discovery['default'] : undefined);
  if (!settings) return [];
  const kept = settings.kind === 'dns' ? `, kept ${shortTime(settings.ttl)}` : '';
  return [{ name: 'found by', text: `${settings.kind}${kept}` }];
}

function callLines(calls: World['clients'][string]['calls']): Line[] {
  return Object.entries(calls).flatMap(([to, call]): Line[] => {
    const parts = [
      call.timeout === null ? 'no timeout' : `timeout ${shortTime(call.timeout)}`,
      call.retry === null ? '1 try' : `${call.retry.maxAttempts} tries`,
      call.idempotencyKey === null ? '' : 'keyed',
      call.circuitBreaker === null ? '' : 'breaker',
      call.bulkhead === null ? '' : `bulkhead ${call.bulkhead.maxConcurrentCalls}`,
      call.rateLimiter === null ? '' : 'rate limit',
      call.hedge === null ? '' : 'hedge',
    ];
    return [{ name: to, text: parts.filter((part) => part !== '').join(', ') }];
  });
}

/** Draws lines from a row on, and gives the row below the last. */
function drawLines(canvas: Canvas, lines: readonly Line[], from: number): number {
  const names = Math.min(
    Math.max(NAME, ...lines.map(({ name }) => widthOf(name) + 1)),
    Math.floor(canvas.width * 0.55),
  );
  lines.forEach(({ name, text, before, role = 'text' }, i) => {
    const y = from + i;
    if (before === undefined) {
      canvas.put(0, y, shorten(name, names - 1), 'dim');
      canvas.put(names, y, shorten(text, canvas.width - names), role);
      return;
    }
    canvas.put(0, y, shorten(name, canvas.width - 16), 'dim');
    canvas.putBefore(canvas.width - 8, y, before, 'dim');
    canvas.putBefore(canvas.width, y, before === text ? text : `${text} ◂`, role);
  });
  return from + lines.length;
}
