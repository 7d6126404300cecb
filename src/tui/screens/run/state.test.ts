import { expect, test } from 'vitest';
import type { SizeClass } from '../../layout/size.ts';
import { type Place, placesIn } from './room.ts';
import { changed, START } from './state.ts';

const NODES = ['shoppers', 'payment'];

test('turns through map, ladder and table', () => {
  const views: string[] = [];
  for (let state = START; views.length < 3; views.push(state.view))
    state = changed(state, 'view', 'v', NODES);
  expect(views).toEqual(['ladder', 'table', 'map']);
});

test('selects one node after the other, then none', () => {
  const first = changed(START, 'down', 'j', NODES);
  const second = changed(first, 'down', 'j', NODES);
  expect([first.node, second.node, changed(second, 'down', 'j', NODES).node]).toEqual([
    'shoppers',
    'payment',
    null,
  ]);
  expect(changed(START, 'up', 'k', NODES).node).toBe('payment');
});

test('goes to a pane by its number, and leaves numbers that no pane has', () => {
  expect(changed(START, 'pane', '2', NODES).pane).toBe('trace');
  expect(changed(START, 'pane', '9', NODES)).toBe(START);
});

const SIZES: readonly (readonly [SizeClass, number, number])[] = [
  ['line', 30, 4],
  ['column', 46, 9],
  ['column', 59, 36],
  ['S', 60, 13],
  ['S', 80, 21],
  ['M', 120, 37],
  ['L', 200, 57],
];

const overlap = (a: Place, b: Place) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test.each(SIZES)(
  'fills %s at %i by %i without overlaps, and keeps story, scrubber and checks',
  (size, width, height) => {
    for (const zoomed of [null, 'view', 'story', 'metrics'] as const) {
      const places = placesIn(size, width, height, zoomed);
      for (const place of places) {
        expect(place.x + place.width).toBeLessThanOrEqual(width);
        expect(place.y + place.height).toBeLessThanOrEqual(height);
      }
      expect(places.flatMap((a, i) => places.slice(i + 1).filter((b) => overlap(a, b)))).toEqual([]);
      expect(places.map(({ pane }) => pane)).toEqual(expect.arrayContaining(['story', 'scrubber', 'checks']));
    }
  },
);

test('gives way in a fixed order: metrics, inspector, trace, map', () => {
  const panes = ([size, width, height]: (typeof SIZES)[number]) =>
    placesIn(size, width, height, null).map(({ pane }) => pane);
  expect(panes(['M', 120, 37])).toEqual(expect.arrayContaining(['view', 'trace', 'inspector', 'metrics']));
  expect(panes(['S', 80, 21])).not.toContain('inspector');
  expect(panes(['S', 60, 13])).toContain('view');
  expect(panes(['S', 60, 13])).not.toContain('trace');
  expect(panes(['line', 30, 4])).toEqual(['scrubber', 'story', 'checks']);
});
