import { beforeAll, describe, expect, test } from 'vitest';
import { Rehearsal } from '../../rehearsal.fixture.ts';

describe('the trace', () => {
  let rehearsal: Rehearsal;
  const position = () => rehearsal.stage.visit?.player?.position;
  beforeAll(async () => {
    rehearsal = new Rehearsal(120, 40);
    await rehearsal.open('charged-twice');
    await rehearsal.press('n');
  });

  test('is walked row by row, and the event of a row is gone to', async () => {
    await rehearsal.press('2', 'down', 'down', 'down');
    expect(rehearsal.lines().join('\n')).toMatch(/▸ +checkout\.placeOrder/);
    const before = position()?.record ?? 0;
    await rehearsal.press('enter');
    expect(position()?.record).toBeLessThan(before);
    expect(position()?.follow).toMatch(/^order-/);
    await rehearsal.press('up', 'enter');
    expect(rehearsal.lines().join('\n')).toMatch(/▸ +gateway\.placeOrder/);
  });

  test('is that of the next request, and of the one before', async () => {
    const here = position()?.follow;
    await rehearsal.press(')');
    expect(position()?.follow).not.toBe(here);
    await rehearsal.press('(');
    expect(position()?.follow).toBe(here);
  });

  test('playing stops at beats, or goes on as one wants', async () => {
    await rehearsal.press('S');
    expect(rehearsal.lines().at(-1)).toContain('goes on');
    expect(position()?.halting).toBe(false);
    await rehearsal.press('S');
    expect(position()?.halting).toBe(true);
  });
});

describe('a run that somebody has seen', () => {
  test('is shown again, at the same moment, and held against what it was', async () => {
    const rehearsal = new Rehearsal(80, 24);
    await rehearsal.open('charged-twice');
    const { session } = rehearsal.stage.visit ?? {};
    const fingerprint = session?.observation?.run.fingerprint ?? '';
    if (session === undefined) throw new Error('nothing is open');
    const replay = { choices: {}, seed: session.seed, interventions: [], fingerprint };
    const show = async (of: typeof replay) => {
      rehearsal.stage.open(session.exercise, { start: 'watch', at: 118, replay: of });
      await rehearsal.settled();
      return rehearsal.lines().at(-1);
    };
    expect(await show(replay)).toContain('Repeated');
    expect(position(rehearsal)).toBe(118);
    expect(await show({ ...replay, seed: '99' })).toContain('Not the run in the file');
  });
});

const position = ({ stage }: Rehearsal) => stage.visit?.player?.position.record;
