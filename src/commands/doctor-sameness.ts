import { checkTwice, runningBy, runningHere } from '../replay/twice.ts';
import { choose } from '../scenarios/choose.ts';
import { WorkerCrew } from '../scenarios/grade-pool.ts';
import { parseExercise } from '../scenarios/load.ts';
import { simulate } from '../sim/index.ts';
import { withTripwires } from '../sim/kernel/tripwires.ts';
import { SAMPLE, SAMPLE_FINGERPRINT, SAMPLE_SEED } from './doctor-sample.ts';
import type { Finding } from './finding.ts';

/** Whether runs repeat on this machine, and whether they are the runs of every other machine. */
export async function sameness(): Promise<readonly Finding[]> {
  const exercise = parseExercise(SAMPLE, 'self-check');
  const world = choose(exercise, {});
  return [
    await looked('Nothing ambient', guarded),
    await looked('Repeats', repeats),
    await looked('Same everywhere', recorded),
  ];

  /** A clock, a timer or a draw from outside would make two runs differ. */
  function guarded(): string | null {
    withTripwires(() => simulate(world, SAMPLE_SEED));
    return null;
  }

  async function repeats(): Promise<string | null> {
    const crew = new WorkerCrew(1);
    try {
      const here = runningHere(() => simulate(world, SAMPLE_SEED));
      const { same, divergence } = await checkTwice(
        here,
        runningBy(crew, exercise, { choices: {} }, SAMPLE_SEED),
      );
      return same ? null : `Two threads part at event ${divergence?.record}.`;
    } finally {
      await crew.close();
    }
  }

  function recorded(): string | null {
    const { fingerprint } = simulate(world, SAMPLE_SEED);
    return fingerprint === SAMPLE_FINGERPRINT
      ? null
      : `The self-check gave ${fingerprint}, and ${SAMPLE_FINGERPRINT} elsewhere.`;
  }
}

const FINE: Readonly<Record<string, string>> = {
  'Nothing ambient': 'A run touched no clock, timer or chance of this machine.',
  Repeats: 'Two runs, the second in another thread, were the same to the last bit.',
  'Same everywhere': `The self-check gave ${SAMPLE_FINGERPRINT}, as on every machine.`,
};

async function looked(name: string, look: () => string | null | Promise<string | null>): Promise<Finding> {
  try {
    const wrong = await look();
    return { name, ok: wrong === null, detail: wrong ?? (FINE[name] as string) };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
