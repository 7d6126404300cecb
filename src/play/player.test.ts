import { Subject } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import { Player } from './player.ts';
import { start } from './position.ts';
import type { Track } from './track.ts';

/** Ten records, one a second; beats at 3 and 7, a broken invariant at 7, order-1 in every third. */
const track: Track = {
  length: 10,
  timeAt: (record) => record * 1_000_000,
  beats: [3, 7],
  breaks: [7],
  about: (subject) => (subject === 'order-1' ? [0, 3, 6, 9] : []),
};

const players: Player[] = [];
afterEach(() => {
  for (const player of players.splice(0)) player.stop();
});

function play(ticker = new Subject<number>()) {
  const player = new Player(track, ticker);
  players.push(player);
  return { player, ticker };
}

test('starts before the first record and steps through all of them', () => {
  const { player } = play();
  expect(player.position).toEqual(start);
  for (let i = 0; i < 10; i++) player.send({ type: 'step', direction: 1 });
  expect(player.position).toMatchObject({ record: 9, at: 9_000_000, moved: true });
  expect(player.send({ type: 'step', direction: 1 })).toMatchObject({ record: 9, moved: false });
  expect(player.send({ type: 'step', direction: -1 })).toMatchObject({ record: 8, moved: true });
});

test('jumps to beats and broken invariants in both directions', () => {
  const { player } = play();
  expect(player.send({ type: 'beat', direction: 1 }).record).toBe(3);
  expect(player.send({ type: 'break', direction: 1 }).record).toBe(7);
  expect(player.send({ type: 'beat', direction: 1 })).toMatchObject({ record: 7, moved: false });
  expect(player.send({ type: 'beat', direction: -1 }).record).toBe(3);
  expect(player.send({ type: 'break', direction: -1 })).toMatchObject({ record: 3, moved: false });
});

test('jumps to a time, between records too', () => {
  const { player } = play();
  expect(player.send({ type: 'time', at: 4_500_000 })).toMatchObject({ record: 4, at: 4_500_000 });
  expect(player.send({ type: 'time', at: -1 })).toMatchObject({ record: -1, at: 0 });
  expect(player.send({ type: 'time', at: 99_000_000 })).toMatchObject({ record: 9 });
});

test('steps through the records of one subject only, while it follows it', () => {
  const { player } = play();
  player.send({ type: 'follow', subject: 'order-1' });
  player.send({ type: 'record', record: 1 });
  expect(player.send({ type: 'step', direction: 1 }).record).toBe(3);
  expect(player.send({ type: 'step', direction: -1 }).record).toBe(0);
  player.send({ type: 'follow', subject: null });
  expect(player.send({ type: 'step', direction: 1 }).record).toBe(1);
  expect(player.send({ type: 'follow', subject: 'order-99' }).moved).toBe(false);
});

test('plays by the ticker it is given, at its speed', () => {
  const { player, ticker } = play();
  for (let i = 0; i < 2; i++) player.send({ type: 'speed', direction: 1 });
  player.send({ type: 'play' });
  ticker.next(1_500_000);
  expect(player.position).toMatchObject({ record: 1, at: 1_500_000, playing: true, speed: 1 });
  player.send({ type: 'speed', direction: 1 });
  ticker.next(100_000);
  expect(player.position).toMatchObject({ at: expect.closeTo(1_700_000, -5), speed: 2 });
});

test('slows down before a beat, and halts there', () => {
  const { player, ticker } = play();
  for (let i = 0; i < 3; i++) player.send({ type: 'speed', direction: 1 });
  player.send({ type: 'play' });
  const steps: number[] = [];
  for (let frames = 0; player.position.playing && frames < 100; frames++) {
    const { at } = player.position;
    ticker.next(100_000);
    steps.push(player.position.at - at);
  }
  expect(player.position).toMatchObject({ record: 3, at: 3_000_000, playing: false });
  expect(steps[0]).toBe(200_000);
  expect(steps.at(-2)).toBeLessThan(100_000);
});

test('plays at a speed that reaches the next beat in some ten seconds, until another is wanted', () => {
  const { player } = play();
  expect(player.send({ type: 'play' })).toMatchObject({ speed: 0.25, auto: true });
  player.send({ type: 'pause' });
  expect(player.send({ type: 'speed', direction: 1 })).toMatchObject({ speed: 0.5, auto: false });
  expect(player.send({ type: 'play' }).speed).toBe(0.5);
});

test('plays to the end and stops there', () => {
  const { player, ticker } = play();
  player.send({ type: 'record', record: 7 });
  player.send({ type: 'play' });
  ticker.next(60_000_000);
  expect(player.position).toMatchObject({ record: 9, playing: false });
  expect(player.send({ type: 'play' }).playing).toBe(false);
});

test('listens to the ticker only while playing', () => {
  const { player, ticker } = play();
  expect(ticker.observed).toBe(false);
  player.send({ type: 'play' });
  expect(ticker.observed).toBe(true);
  player.send({ type: 'pause' });
  expect(ticker.observed).toBe(false);
});

test('keeps its speed between a sixteenth and sixty-four', () => {
  const { player } = play();
  for (let i = 0; i < 20; i++) player.send({ type: 'speed', direction: 1 });
  expect(player.position.speed).toBe(64);
  for (let i = 0; i < 20; i++) player.send({ type: 'speed', direction: -1 });
  expect(player.position.speed).toBe(1 / 16);
});

test('tells every position to whoever watches', () => {
  const { player } = play();
  const seen: number[] = [];
  player.positions.subscribe(({ record }) => seen.push(record));
  player.send({ type: 'step', direction: 1 });
  player.send({ type: 'beat', direction: 1 });
  expect(seen).toEqual([-1, 0, 3]);
});

test('slows down before a beat and goes on where it should not halt', () => {
  const { player, ticker } = play();
  player.send({ type: 'halting', on: false });
  player.send({ type: 'record', record: 2 });
  player.send({ type: 'play' });
  const seen = new Set<number>();
  for (let ticks = 0; ticks < 2_000 && player.position.playing; ticks++) {
    ticker.next(90_000);
    seen.add(player.position.record);
  }
  expect([...seen]).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});
