import { beforeAll, describe, expect, test } from 'vitest';
import { type Observation, observe } from '../../../play/engine.ts';
import { Player } from '../../../play/player.ts';
import { practiceSeed } from '../../../play/session.ts';
import { trackOf } from '../../../play/track.ts';
import { findExercise } from '../../../scenarios/load.ts';
import type { Course } from '../../drawing/panes/course.ts';
import { sizeOf } from '../../layout/size.ts';
import { widthOf } from '../../layout/text.ts';
import { firstChapter } from '../../rehearsal.fixture.ts';
import { themeOf } from '../../theme/theme.ts';
import { compose } from './compose.ts';
import { toldRecord } from './followed.ts';
import { type RunState, START } from './state.ts';

const SIZES = [
  [46, 12],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 60],
] as const;
const ODD_SIZES = [
  [20, 5],
  [39, 9],
  [59, 40],
  [60, 16],
  [160, 45],
] as const;

const course: Course = {
  rows: firstChapter.map(({ title }, index) => ({
    ...{ chapter: '1  First failures', title, stars: index === 0 ? 3 : 0, tries: 1, here: index === 1 },
  })),
  about: ['2 runs this visit', 'hints  0 of 3 read'],
};

const slugs = firstChapter.map(({ slug }) => slug);

function watch(slug: string): { observation: Observation; player: Player } {
  const exercise = findExercise(slug);
  const seed = practiceSeed(exercise);
  const observation = observe({ exercise, choices: {}, seed, interventions: [], variation: null });
  const { run, beats, verdict } = observation;
  const breaks = verdict.checks.flatMap(({ outcome, findings }) =>
    outcome === 'invalid' ? findings.flatMap(({ records }) => records.slice(-1)) : [],
  );
  return {
    observation,
    player: new Player(
      trackOf(
        run,
        beats.map(({ record }) => record),
        breaks,
      ),
    ),
  };
}

/** What can be looked at: a state of the screen, and where the player stands. */
const LOOKS: readonly (readonly [string, Partial<RunState>, (player: Player) => void])[] = [
  ['before anything', {}, (player) => player.send({ type: 'record', record: -1 })],
  [
    'map at the first break',
    {},
    (player) => {
      player.send({ type: 'record', record: -1 });
      player.send({ type: 'break', direction: 1 });
    },
  ],
  ['ladder there', { view: 'ladder' }, () => {}],
  ['table there', { view: 'table' }, () => {}],
  ['trace alone', { pane: 'trace', zoomed: true }, () => {}],
  [
    'map at high speed, later',
    {},
    (player) => {
      player.send({ type: 'time', at: 30_000_000 });
      for (let i = 0; i < 7; i++) player.send({ type: 'speed', direction: 1 });
    },
  ],
  ['the end', {}, (player) => player.send({ type: 'record', record: Number.MAX_SAFE_INTEGER })],
];

describe.each(slugs)('the run of %s', (slug) => {
  let watched: ReturnType<typeof watch>;
  beforeAll(() => {
    watched = watch(slug);
  });

  test('is drawn at every size, no line wider than the screen', async () => {
    const frames: string[] = [];
    const wrong: string[] = [];
    const theme = themeOf();
    for (const [name, state, go] of LOOKS) {
      go(watched.player);
      for (const [columns, rows] of [...SIZES, ...ODD_SIZES]) {
        const size = sizeOf(columns, rows);
        const height = Math.max(0, size.rows - 2);
        const canvas = compose(
          { ...watched, state: { ...START, ...state }, size, reducedMotion: false, course },
          height,
        );
        const lines = canvas.lines(theme);
        if (lines.length !== height) wrong.push(`${name} at ${columns}x${rows}: ${lines.length} lines`);
        for (const line of lines) if (widthOf(line) > columns) wrong.push(`${columns}x${rows}: ${line}`);
        if (SIZES.some(([wide]) => wide === columns))
          frames.push(`== ${name} at ${columns}x${rows}`, canvas.text());
      }
    }
    expect(wrong).toEqual([]);
    await expect(`${frames.join('\n')}\n`).toMatchFileSnapshot(`../../../../test/golden/tui/run/${slug}.txt`);
  });
});

describe('a moment', () => {
  const { observation, player } = watch('charged-twice');
  const at120 = (state: Partial<RunState> = {}) =>
    compose(
      {
        observation,
        player,
        state: { ...START, ...state },
        size: sizeOf(120, 40),
        reducedMotion: false,
        course,
      },
      37,
    ).text();

  test('is the same picture however one got there', () => {
    player.send({ type: 'record', record: 5_000 });
    const jumped = at120();
    player.send({ type: 'record', record: 20_000 });
    player.send({ type: 'record', record: 4_999 });
    player.send({ type: 'step', direction: 1 });
    expect(at120()).toBe(jumped);
  });

  test('shows the second charge of an order, before and after', () => {
    player.send({ type: 'record', record: -1 });
    player.send({ type: 'break', direction: 1 });
    expect(at120()).toMatch(/charged +1 +2 ◂/);
    expect(at120()).toContain('BROKEN: charged-once');
  });

  test('shows only rows of what is followed, and of what is asked for', () => {
    player.send({ type: 'record', record: -1 });
    player.send({ type: 'break', direction: 1 });
    const subject = observation.run.record.names.text(
      observation.run.record.subjectAt(player.position.record),
    );
    player.send({ type: 'follow', subject });
    const rows = at120({ view: 'table', filter: 'psp', pane: 'view', zoomed: true })
      .split('\n')
      .filter((line) => /^[▸ ] #\d/.test(line));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(row).toMatch(/psp/i);
    player.send({ type: 'follow', subject: null });
  });

  test('shows the trace as operators find it: an outside partner sends none, and no fact stands in it', () => {
    player.send({ type: 'record', record: -1 });
    player.send({ type: 'break', direction: 1 });
    const traceIn = (text: string) => text.slice(text.indexOf('trace order'), text.indexOf('BROKEN'));
    const truth = traceIn(at120());
    const found = traceIn(at120({ operator: true }));
    expect(truth).not.toContain('as operators find it');
    expect(found).toMatch(/trace order-\d+, as operators find it/);
    expect(found).toContain('payment');
    expect(found).not.toContain('*');
    expect(truth).toContain('*');
  });

  test('tells only of beats while it plays', () => {
    player.send({ type: 'record', record: -1 });
    player.send({ type: 'beat', direction: 1 });
    const { record } = player.position;
    player.send({ type: 'time', at: player.position.at + 100_000 });
    expect(toldRecord(player.track, player.position)).toBe(player.position.record);
    player.send({ type: 'play' });
    expect(toldRecord(player.track, player.position)).toBe(record);
    player.send({ type: 'pause' });
  });
});
