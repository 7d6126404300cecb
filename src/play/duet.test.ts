import { expect, test } from 'vitest';
import { findExercise } from '../scenarios/load.ts';
import { duetTrack, recordAt } from './duet.ts';
import { type Both, engine } from './engine.ts';
import { Player } from './player.ts';

const exercise = findExercise('charged-twice');
const pair = (await engine.both({ exercise, a: {}, b: { key: 'attempt' }, seed: 'g1' })) as Both;

test('every moment of either run is a stop, once, in the order of time', () => {
  const track = duetTrack(pair);
  const moments = Array.from({ length: track.length }, (_, index) => track.timeAt(index));
  expect(moments.every((at, index) => index === 0 || at > (moments[index - 1] ?? 0))).toBe(true);
  for (const { run } of [pair.a, pair.b])
    for (let record = 0; record < run.record.length; record += 499)
      expect(moments).toContain(run.record.timeAt(record));
});

test('a player that moves along both stops where they part', () => {
  const track = duetTrack(pair);
  const player = new Player(track);
  const parting = pair.parting?.at ?? -1;
  const stops = [...track.beats].map((place) => track.timeAt(place));
  expect(stops).toContain(parting);
  player.send({ type: 'time', at: parting });
  // Until then the same has happened in both.
  const before = recordAt(pair.a, parting - 1);
  expect(recordAt(pair.b, parting - 1)).toBe(before);
  player.send({ type: 'step', direction: 1 });
  expect(player.position.at).toBeGreaterThan(parting);
});

test('before its first event nothing has happened', () => {
  expect(recordAt(pair.a, -1)).toBe(-1);
  expect(recordAt(pair.a, pair.a.run.until)).toBe(pair.a.run.record.length - 1);
});
