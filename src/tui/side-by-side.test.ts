import { beforeAll, describe, expect, test } from 'vitest';
import { Rehearsal } from './rehearsal.fixture.ts';

/** The best design of "Charged twice", and one that makes it worse, held against each other. */
async function compared(): Promise<Rehearsal> {
  const rehearsal = new Rehearsal(120, 40);
  await rehearsal.open('charged-twice');
  await rehearsal.press('r', 'enter', '4', '3', 'r');
  await rehearsal.press('r', 'enter', '1', '1', 'r');
  await rehearsal.press('c', '2');
  return rehearsal;
}

describe('a worse design against the best', () => {
  let rehearsal: Rehearsal;
  const seen = () => rehearsal.lines().join('\n');
  const opened = () => {
    const { overlay } = rehearsal.stage;
    return overlay?.kind === 'both' ? overlay : undefined;
  };
  beforeAll(async () => {
    rehearsal = await compared();
  });

  test('is worse in universes that are listed, each to be opened', async () => {
    expect(seen()).toContain('universes that got worse');
    await rehearsal.press('G');
    expect(seen()).toMatch(/▸ +g3 {2}more breaks under B/);
    await rehearsal.press('enter');
    await rehearsal.rest();
    expect(opened()?.seed).toBe('g3');
  });

  test('is shown on two maps at the same moment, beginning where the two part', () => {
    expect(rehearsal.stage.screen).toBe('both');
    expect(opened()?.player.position.at).toBe(opened()?.pair.parting?.at);
    expect(rehearsal.lines()[0]).toContain('parted');
    expect(seen().match(/payment/g)?.length).toBeGreaterThan(1);
  });

  test('is played on both sides together, and to where something breaks in one of them', async () => {
    await rehearsal.press('0');
    expect(rehearsal.lines()[0]).toContain('the same so far');
    await rehearsal.press('space');
    expect(rehearsal.stage.playing?.position.playing).toBe(true);
    await rehearsal.press('space', 'n');
    const [, heads, checks] = rehearsal.lines();
    expect(heads).toMatch(/^A .*│ B /);
    expect(checks).toMatch(/^[^✗]*│.*✗ charged-once/);
  });

  test('goes on in the next universe, and in the run itself', async () => {
    await rehearsal.press('w');
    await rehearsal.rest();
    expect(opened()?.seed).toBe('g1');
    const { player } = opened() ?? {};
    await rehearsal.press('enter');
    expect(rehearsal.stage.screen).toBe('run');
    expect(rehearsal.stage.visit?.session.observation?.ask).toMatchObject({ seed: 'g1' });
    player?.send({ type: 'play' });
    expect(player?.position.playing).toBe(false);
  });
});
