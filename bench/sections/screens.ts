import { spawnSync } from 'node:child_process';
import { setTimeout as passed } from 'node:timers/promises';
import { median } from '../median.ts';
import { type Play, Playhouse } from '../playhouse.ts';
import { bundled, passingFolder, published } from '../program.ts';
import type { Row, Section } from './section.ts';

const STARTS = 7;
/** Milliseconds: until compiled code is what runs, and for how long it is then watched. */
const WARM_UP = 2_000;
const WATCHED = 4_000;
/** Milliseconds in which whatever a key began has come to rest. */
const REST = 120;
const RUNS = 10;

/** The sizes that the screens are made for, and the bytes that a frame may cost on a slow line. */
const SIZES = [
  { columns: 80, rows: 24, bytes: 500 },
  { columns: 120, rows: 40, bytes: 1_300 },
  { columns: 200, rows: 60, bytes: 3_100 },
] as const;

/** Percent of one core that playing may take. */
const PLAYING = 35;
/** Percent of one core that counts as nothing. */
const NOTHING = 1;
/** Milliseconds from a key to its frame: one frame of a display with sixty a second. */
const AT_ONCE = 16;

/** Keys that jump to a break, a beat, a second on or back, the end and the beginning. */
const JUMPS = 'n}L{H$0}LLnH{0$H';

type Room = Omit<Play, 'columns' | 'rows'>;

const against = (figure: string, value: number, unit: string, peer: string, limit: number, aim?: number) => {
  const ratio = value / limit;
  return { figure, value, unit, against: peer, limit, ratio, aim } satisfies Row;
};

function floor(): number {
  const begun = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - begun;
}

/** Starts the program and Node with nothing to do in turn, so that both meet the same weather. */
async function starts(room: Room): Promise<Row[]> {
  const nothing: number[] = [];
  const curtain: number[] = [];
  const frame: number[] = [];
  const run: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    nothing.push(floor());
    const visit = new Playhouse({ ...room, columns: 80, rows: 24 });
    curtain.push(await visit.see(/^Charged twice/));
    // Keys are named as soon as they are heard.
    frame.push(await visit.see(/\? help|e why/));
    run.push(await visit.see(/e why/));
    await visit.close();
  }
  const limit = median(nothing);
  return [
    against('brownout, until something is seen', median(curtain), 'ms', 'node -e 0', limit, 2),
    against('brownout, until its first frame', median(frame), 'ms', 'node -e 0', limit, 4.4),
    against('brownout, until a run plays', median(run), 'ms', 'node -e 0', limit),
  ];
}

/** A first visit, whose run plays by itself. */
async function playing(room: Room, { columns, rows }: { columns: number; rows: number }): Promise<Playhouse> {
  const visit = new Playhouse({ ...room, columns, rows });
  await visit.see(/space pause/);
  await passed(WARM_UP);
  return visit;
}

async function frames(room: Room): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES) {
    const visit = await playing(room, size);
    const { bytes, frames: drawn, processor, wall } = await visit.watch(WATCHED);
    const place = `${size.columns}x${size.rows}`;
    rows.push(
      against(`a frame while playing, ${place}`, bytes / drawn, 'bytes', 'as promised', size.bytes, 1),
    );
    if (size.columns === 120) {
      const share = (100 * processor) / wall;
      rows.push(
        against(`processor while playing, ${place}`, share, '%', 'of a core, as promised', PLAYING, 1),
      );
    }
    await visit.close();
  }
  return rows;
}

async function still(visit: Playhouse): Promise<Row[]> {
  visit.press(' ');
  await visit.see(/space play/);
  await passed(REST);
  const { frames: drawn, processor, wall } = await visit.watch(WATCHED);
  return [
    against('processor while paused, 120x40', (100 * processor) / wall, '%', 'next to nothing', NOTHING, 1),
    against('frames while paused, 120x40', drawn, 'frames', 'none', 1, 0),
  ];
}

async function jumps(visit: Playhouse): Promise<Row[]> {
  await visit.read();
  const all: number[] = [];
  // The first round is for the compiler.
  for (let round = 0; round < 4; round++) {
    for (const key of JUMPS) {
      visit.press(key);
      await passed(REST);
    }
    const { answers } = await visit.read();
    if (round > 0) all.push(...answers);
  }
  const slow = all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? Number.NaN;
  return [
    against('a jump, from key to frame, 120x40', median(all), 'ms', 'as promised', AT_ONCE, 1),
    against('the same, 95 of 100 jumps', slow, 'ms', 'as promised', AT_ONCE),
  ];
}

/** Each run is asked for as a person would: predict (skipped), choose, run. */
async function memory(visit: Playhouse): Promise<Row[]> {
  const first = await visit.read();
  for (let i = 1; i < RUNS; i++) {
    visit.press('r');
    await visit.see(/\[predict\]/);
    visit.press('\r');
    await visit.see(/\[choose\]/);
    visit.press('r');
    await visit.see(/space play/);
  }
  await passed(REST);
  const last = await visit.read();
  const row = (figure: string, of: 'held' | 'resident') =>
    against(`${figure} after ${RUNS} runs, 120x40`, last[of] / 1e6, 'MB', 'after one', first[of] / 1e6);
  return [row('memory held', 'held'), row('memory of the process', 'resident')];
}

async function run(): Promise<Row[]> {
  const room: Room = {
    program: published('cli.js'),
    probe: bundled(new URL('../probe.ts', import.meta.url)),
    folder: passingFolder(),
  };
  const rows = [...(await starts(room)), ...(await frames(room))];
  const visit = await playing(room, { columns: 120, rows: 40 });
  rows.push(...(await still(visit)), ...(await jumps(visit)), ...(await memory(visit)));
  await visit.close();
  return rows;
}

/** The screens of the package as it would be published, at a terminal without a window. */
export const screens: Section = { name: 'Screens', run };
