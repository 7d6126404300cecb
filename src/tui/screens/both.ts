import { recordAt } from '../../play/duet.ts';
import type { Both, Observation } from '../../play/engine.ts';
import { lastBelow } from '../../play/track.ts';
import { narrate } from '../../scenarios/narrate.ts';
import type { Micros } from '../../sim/kernel/time.ts';
import { designWords } from '../../words/design.ts';
import { Canvas } from '../drawing/canvas.ts';
import { drawMap, rowsOfMap } from '../drawing/map/draw.ts';
import { sceneOf } from '../drawing/model/scene.ts';
import { traceOf } from '../drawing/model/trace.ts';
import { clock, speedWords } from '../drawing/panes/rows.ts';
import { drawScrubber, type Stop } from '../drawing/panes/scrubber.ts';
import { brokenSoFar, drawChecks } from '../drawing/panes/story.ts';
import { drawWaterfall } from '../drawing/panes/waterfall.ts';
import { bodyRows } from '../frame.ts';
import { beside } from '../layout/blocks.ts';
import { fill, shorten } from '../layout/text.ts';
import type { Overlay } from '../overlay.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';
import { subjectOf } from './run/followed.ts';
import { HALTING, MOVES, NOWHERE, SLOWING } from './run/moves.ts';

type Shown = Extract<Overlay, { kind: 'both' }>;
type Side = 'a' | 'b';

/** What is remembered: which side is seen where there is room for one. */
interface State {
  readonly side: Side;
}

const SECOND = 1_000_000;
/** Events of one run that are told at once; more would not fit on any screen. */
const TOLD = 16;
/** Rows below which a map, or a trace, says nothing. */
const LEAST_MAP = 7;
const LEAST_TRACE = 5;
/** Rows that are left for what happened. */
const STORY = 5;

const shownOn = ({ overlay }: ExerciseProps): Shown | null => (overlay?.kind === 'both' ? overlay : null);

/** The universe that got worse and comes after the one that is shown; after the last the first. */
function nextWorse({ session: { comparison } }: ExerciseProps, { seed }: Shown): string | null {
  if (!comparison?.comparable || comparison.worse.length === 0) return null;
  const { worse } = comparison;
  return worse[(worse.indexOf(seed) + 1) % worse.length] ?? null;
}

/** Two designs in one universe, played together: where their stories part, and what comes of it. */
export const both: Page<State, ExerciseProps> = {
  name: 'both',
  start: () => ({ side: 'b' }),
  act(state, { id }, props) {
    const shown = shownOn(props);
    if (shown === null) return state;
    const { player, pair, seed } = shown;
    const { playing, at } = player.position;
    const move = MOVES[id];
    if (move) {
      const nowhere = NOWHERE[id];
      if (!player.send(move).moved && nowhere !== undefined) props.shell.say(nowhere);
      return state;
    }
    switch (id) {
      case 'play':
        player.send({ type: playing ? 'pause' : 'play' });
        return state;
      case 'secondForward':
      case 'secondBack':
        player.send({ type: 'time', at: at + (id === 'secondForward' ? SECOND : -SECOND) });
        return state;
      case 'halting': {
        const { halting } = player.send({ type: 'halting', on: !player.position.halting });
        props.shell.say(halting ? HALTING : SLOWING);
        return state;
      }
      case 'parting':
        if (pair.parting) player.send({ type: 'time', at: pair.parting.at });
        return state;
      case 'next':
      case 'previous':
        return { side: state.side === 'a' ? 'b' : 'a' };
      case 'nextBroken': {
        const next = nextWorse(props, shown);
        if (next !== null) props.showBoth(next);
        return state;
      }
      case 'open':
        props.shell.send({ type: 'design', choices: pair.b.ask.choices });
        props.watch(seed);
        return state;
      default:
        return state;
    }
  },
  why(_, id, props) {
    const shown = shownOn(props);
    if (shown === null) return null;
    if (id === 'parting' && shown.pair.parting === null) return 'the runs are the same to their end';
    if (id !== 'nextBroken') return null;
    const next = nextWorse(props, shown);
    if (next === null) return 'B is worse in no universe';
    return next === shown.seed ? 'B is worse in this universe only' : null;
  },
  view({ side }, props) {
    const { session, theme, size } = props;
    const shown = shownOn(props);
    if (shown === null) return { title: session.exercise.title, lines: [] };
    const { player, pair, seed } = shown;
    const { at, playing, speed, auto } = player.position;
    const rows = bodyRows(props);
    const one = size.class === 'column' || size.class === 'line';
    const foot = Math.max(0, Math.min(size.class === 'M' || size.class === 'L' ? 2 : 1, rows - 3));
    const height = rows - foot;
    const width = one ? size.columns : (size.columns - 3) >> 1;
    const lines = (name: Side, columns: number) => drawSide(name, shown, columns, height, props).lines(theme);
    const sides = one
      ? lines(side, width)
      : beside(theme, lines('a', width), lines('b', size.columns - width - 3), width, height);
    const parted = pair.parting !== null && at >= pair.parting.at;
    const state = parted ? theme.paint('warn', 'parted') : theme.paint('dim', 'the same so far');
    return {
      title: `${one ? '' : `${session.exercise.title}, `}universe ${seed}`,
      status: `${clock(at)}   ${state}   ${speedWords(speed)}${auto ? ' auto' : ''}`,
      brief: briefOf(shown),
      lines: [...sides, ...scrubber(shown, size.columns, foot).lines(theme)],
      first: [
        'play',
        'stepForward',
        'beatForward',
        'parting',
        'nextBroken',
        ...(one ? (['next'] as const) : []),
        'open',
        'back',
      ],
      labels: {
        leave: 'close',
        open: 'watch B',
        next: 'other side',
        nextBroken: 'next worse',
        ...(playing && { play: 'pause' }),
      },
    };
  },
};

/** The moment on both sides, in a line. */
function briefOf({ pair, player }: Shown): string {
  const { at } = player.position;
  const side = (name: Side) => {
    const record = recordAt(pair[name], at);
    const broken = brokenSoFar(pair[name].verdict, record);
    return `${name.toUpperCase()}: ${broken.length > 0 ? `BROKEN ${broken.join(', ')}` : record < 0 ? 'nothing yet' : narrate(pair[name].run, record)}`;
  };
  return `${clock(at)} ${side('a')} ${side('b')}`;
}

function scrubber({ player, pair }: Shown, width: number, height: number): Canvas {
  const { a, b, parting } = pair;
  const { track, position } = player;
  const stop = (sign: string) => (record: number) => ({ at: track.timeAt(record), sign });
  const stops: Stop[] = [
    ...track.beats.map(stop('^')),
    ...track.breaks.slice(0, 1).map(stop('!')),
    ...(parting === null ? [] : [{ at: parting.at, sign: 'D' }]),
  ];
  const until = Math.max(a.run.until, b.run.until);
  return drawScrubber({ at: position.at, until, stops, faults: [] }, width, height);
}

/** One run at the moment: its design, its checks, its map, the entity with which the runs part, and its latest events. */
function drawSide(name: Side, shown: Shown, width: number, height: number, props: ExerciseProps): Canvas {
  const { pair, player } = shown;
  const side = pair[name];
  const { at, speed, playing } = player.position;
  const { run } = side;
  const record = recordAt(side, at);
  const canvas = new Canvas(width, height);
  const design = designWords(props.session.exercise, side.ask.choices);
  canvas.put(0, 0, '─'.repeat(width), 'edge');
  canvas.put(0, 0, `${shorten(`${name.toUpperCase()}  ${design}`, width - 1)} `, 'selected');
  canvas.blit(drawChecks(side, record, width), 0, 1);
  let y = 2;
  const room = height - y;
  const scene = sceneOf(run);
  const most = room >= LEAST_MAP + STORY ? Math.max(LEAST_MAP, Math.floor(room * 0.5)) : 0;
  const map = most > 0 ? rowsOfMap(scene, width, most) : 0;
  if (map > 0) {
    const moment = { record, at, speed, follow: null };
    const focus = focusOf(pair.b, at);
    const letters = !(props.theme.reducedMotion && playing);
    canvas.blit(drawMap(scene, moment, width, map, { selected: null, letters, focus }), 0, y);
    y += map;
  }
  const subject = subjectAt(pair, at);
  if (map > 0 && subject !== null && run.subjects.has(subject)) {
    const trace = traceOf(run, subject);
    // A heading and a ruler, and a row for each attempt.
    const rows = Math.min(trace.rows.length + 2, height - y - STORY, Math.floor((height - y) * 0.6));
    if (rows >= LEAST_TRACE) {
      canvas.put(0, y, '─'.repeat(width), 'edge');
      canvas.put(0, y, `trace ${subject} `, 'accent');
      canvas.blit(drawWaterfall(trace, at, width, rows - 1), 0, y + 1);
      y += rows;
    }
  }
  drawEvents(canvas, y, side, record, at, playing);
  return canvas;
}

/** Where a map that is too large for its half is looked at: on both sides at the same place. */
function focusOf(side: Observation, at: Micros): string | null {
  const record = recordAt(side, at);
  const scene = sceneOf(side.run);
  const place = record < 0 ? -1 : scene.places.nodeOf(side.run.record.placeAt(record));
  return scene.topology.nodes[place]?.id ?? null;
}

/** The entity whose way is shown on both sides: that of the last moment that mattered in either, else the one with which they part. */
function subjectAt({ a, b, parting }: Both, at: Micros): string | null {
  const beats = [a, b]
    .flatMap(({ run, beats: own }) =>
      own.map((beat) => ({ at: beat.at, subject: subjectOf(run, beat.record) })),
    )
    .filter((beat) => beat.at <= at && beat.subject !== '' && a.run.subjects.has(beat.subject))
    .sort((one, other) => one.at - other.at);
  return beats.at(-1)?.subject ?? parting?.subject ?? null;
}

/** The latest events, the last of them lowest; while it plays only the last moment that mattered, since nobody reads more. */
function drawEvents(
  canvas: Canvas,
  top: number,
  side: Observation,
  record: number,
  at: Micros,
  playing: boolean,
): void {
  const room = canvas.height - top;
  const beats = side.beats.map((beat) => beat.record).sort((one, other) => one - other);
  const told = playing ? (lastBelow(beats, record + 1) ?? -1) : record;
  const lines: { readonly text: string; readonly now: boolean }[] = [];
  for (let index = told; index >= 0 && index > told - (playing ? 1 : TOLD) && lines.length < room; index--) {
    const now = side.run.record.timeAt(index) === at;
    const words = fill(`#${index} ${narrate(side.run, index)}`, canvas.width, 2);
    lines.unshift(...words.map((text) => ({ text, now })));
  }
  lines.slice(-room).forEach(({ text, now }, row) => {
    canvas.put(0, top + row, text, now ? 'strong' : 'text');
  });
}
