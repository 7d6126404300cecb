import type { Observation } from '../../../play/engine.ts';
import type { Player } from '../../../play/player.ts';
import { formatMicros } from '../../../sim/kernel/time.ts';
import { Canvas } from '../../drawing/canvas.ts';
import { drawMap, legend } from '../../drawing/map/draw.ts';
import { operatorTraceOf } from '../../drawing/model/operator-trace.ts';
import { sceneOf } from '../../drawing/model/scene.ts';
import { traceOf } from '../../drawing/model/trace.ts';
import { type Course, drawCourse } from '../../drawing/panes/course.ts';
import { drawEvent, drawInspectedNode } from '../../drawing/panes/inspector.ts';
import { drawLadder } from '../../drawing/panes/ladder.ts';
import { drawMetrics } from '../../drawing/panes/metrics.ts';
import { clock } from '../../drawing/panes/rows.ts';
import { drawScrubber, type Stop } from '../../drawing/panes/scrubber.ts';
import { drawChecks, drawStory } from '../../drawing/panes/story.ts';
import { drawTable } from '../../drawing/panes/table.ts';
import { drawWaterfall } from '../../drawing/panes/waterfall.ts';
import type { Size } from '../../layout/size.ts';
import { widthOf } from '../../layout/text.ts';
import { shownSubject, toldRecord } from './followed.ts';
import { type Place, placesIn } from './room.ts';
import { rowsAround } from './rows.ts';
import type { RunState } from './state.ts';

/** Everything that a picture of the moment is made of. */
export interface Picture {
  readonly observation: Observation;
  readonly player: Player;
  readonly state: RunState;
  readonly size: Size;
  readonly reducedMotion: boolean;
  readonly course: Course;
}

/** The body of the run screen: its panes, each under a heading, put together. */
export function compose(picture: Picture, height: number): Canvas {
  const { size, state } = picture;
  const canvas = new Canvas(size.columns, height);
  for (const place of placesIn(size.class, size.columns, height, state.zoomed ? state.pane : null)) {
    drawPane(canvas, place, picture);
  }
  return canvas;
}

/** Panes without a heading of their own. */
const BARE: readonly Place['pane'][] = ['scrubber', 'checks', 'story'];

function drawPane(canvas: Canvas, place: Place, picture: Picture): void {
  const { pane, x, y, width, height } = place;
  if (BARE.includes(pane)) {
    canvas.blit(content(picture, pane, width, height), x, y);
    return;
  }
  const [title, aside] = headingOf(picture, pane, width);
  const selected = picture.state.pane === pane;
  canvas.put(x, y, '─'.repeat(width), 'edge');
  canvas.put(x, y, `${title} `, selected ? 'selected' : 'accent');
  if (aside !== '' && widthOf(title) + widthOf(aside) + 4 <= width)
    canvas.putBefore(x + width, y, ` ${aside}`, 'dim');
  canvas.blit(content(picture, pane, width, height - 1), x, y + 1);
}

function headingOf(picture: Picture, pane: Place['pane'], width: number): readonly [string, string] {
  const { observation, player, state } = picture;
  const { position } = player;
  switch (pane) {
    case 'view': {
      const following = position.follow === null ? '' : ` of ${position.follow}`;
      const filtered = state.filter === '' ? '' : ` with "${state.filter}"`;
      if (state.view === 'map') return ['map', legend(sceneOf(observation.run), width - 7)];
      return [`${state.view}${following}${filtered}`, `v: ${state.view === 'ladder' ? 'table' : 'map'}`];
    }
    case 'trace': {
      const subject = shownSubject(observation, position);
      if (subject === null) return ['trace', ''];
      const trace = shownTrace(picture, subject);
      return [
        `trace ${subject}${state.operator ? ', as operators find it' : ''}`,
        `( ) others   ${clock(trace.from)}, took ${formatMicros(trace.to - trace.from)}`,
      ];
    }
    case 'inspector':
      return state.node === null ? ['event', ''] : ['node', 'j k: others'];
    case 'metrics':
      return ['metrics', ''];
    default:
      return [pane, ''];
  }
}

const shownTrace = ({ observation: { run }, state }: Picture, subject: string) =>
  state.operator ? operatorTraceOf(run, subject) : traceOf(run, subject);

function content(picture: Picture, pane: Place['pane'], width: number, height: number): Canvas {
  const { observation, player, state } = picture;
  const { run } = observation;
  const { record, at } = player.position;
  const scene = sceneOf(run);
  switch (pane) {
    case 'view':
      return drawView(picture, width, height);
    case 'trace': {
      const subject = shownSubject(observation, player.position);
      return subject === null
        ? new Canvas(width, height)
        : drawWaterfall(
            shownTrace(picture, subject),
            at,
            width,
            height,
            state.pane === 'trace' ? state.row : null,
          );
    }
    case 'inspector': {
      const inspected = scene.states(record, at).find(({ node }) => node.id === state.node);
      return inspected
        ? drawInspectedNode(scene, inspected, record, at, width, height)
        : drawEvent(scene, toldRecord(player.track, player.position), width, height);
    }
    case 'events': {
      const rows = rowsAround(run, player.track, 'table', player.position.follow, state.filter, record);
      return drawTable(run, rows, record, width, height);
    }
    case 'course':
      return drawCourse(picture.course, width, height);
    case 'metrics':
      return drawMetrics(scene, record, at, width, height);
    case 'story':
      return drawStory(observation, toldRecord(player.track, player.position), width, height);
    case 'checks':
      return drawChecks(observation, record, width);
    case 'scrubber':
      return drawScrubber(
        { at, until: run.until, stops: stopsOf(picture), faults: run.faults },
        width,
        height,
      );
  }
}

function drawView(
  { observation, player, state, reducedMotion }: Picture,
  width: number,
  height: number,
): Canvas {
  const { run } = observation;
  const { record, at, speed, follow, playing } = player.position;
  const scene = sceneOf(run);
  if (state.view === 'map') {
    const place = record < 0 ? -1 : scene.places.nodeOf(run.record.placeAt(record));
    const focus = state.node ?? scene.topology.nodes[place]?.id ?? null;
    return drawMap(scene, { record, at, speed, follow }, width, height, {
      selected: state.node,
      letters: !(reducedMotion && playing),
      focus,
    });
  }
  const rows = rowsAround(run, player.track, state.view, follow, state.filter, record);
  return state.view === 'ladder'
    ? drawLadder(scene, rows, record, width, height)
    : drawTable(run, rows, record, width, height);
}

/** Beats, breaks and marks, with their signs. */
function stopsOf({ player: { track }, state }: Picture): Stop[] {
  const sign = (sign: string) => (record: number) => ({ at: track.timeAt(record), sign });
  return [
    ...track.beats.map(sign('^')),
    ...Object.entries(state.marks).map(([letter, record]) => sign(letter)(Math.max(0, record))),
    ...track.breaks.slice(0, 1).map(sign('!')),
    ...track.breaks.filter((record) => track.beats.includes(record)).map(sign('!')),
  ];
}
