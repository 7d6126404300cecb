import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { published } from '../program.ts';
import type { Extent, Row, Section } from './section.ts';

type Package = typeof import('../../src/index.ts');

/** Of the time on one thread: two that share nothing would need half. */
const AIM = 0.6;

async function run({ seeds }: Extent): Promise<Row[]> {
  const { builtinExercises, gradeParallel, gradeSeed } = (await import(
    pathToFileURL(published('index.js')).href
  )) as Package;
  const events = new Map(
    builtinExercises().map((exercise) => [exercise, gradeSeed(exercise, {}, '1').events] as const),
  );
  const [exercise] = [...events.keys()].sort((a, b) => events.get(a)! - events.get(b)!);
  if (exercise === undefined) return [];

  async function seconds(workers: number): Promise<number> {
    const begun = performance.now();
    await gradeParallel(exercise!, {}, { seeds, ablate: false }, { workers });
    return (performance.now() - begun) / 1000;
  }
  const both = await seconds(2);
  const alone = await seconds(1);
  const figure = `${exercise.slug}, ${seeds} seeds on 2 threads`;
  const against = `1 thread, on ${availableParallelism()} cores`;
  return [
    { figure, value: both, unit: 's', against, limit: alone, ratio: both / alone, aim: AIM },
    {
      figure,
      value: seeds / both,
      unit: 'runs/s',
      against,
      limit: seeds / alone,
      ratio: both / alone,
      aim: undefined,
    },
  ];
}

/** A sweep over many seeds, by the package as it would be published: wall time, since threads are to save it. */
export const grade: Section = { name: 'Grade', run };
