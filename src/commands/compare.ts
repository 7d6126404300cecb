import { type Command, EXIT, list, text } from './command.ts';

/** Two designs on equal luck. */
export const compare: Command = {
  usage: 'compare <exercise>',
  summary: 'Run two designs on the same seeds',
  about: 'Both designs meet the same customers, the same slow disks and the same lost packets, seed by seed.',
  options: [
    { flags: '--choose <decision=option>', about: 'design A; without any, nothing is changed', many: true },
    { flags: '--vs <decision=option>', about: 'design B', many: true },
    { flags: '--seeds <number>', about: 'how many seeds; the exercise says how many otherwise' },
    { flags: '--workers <number>', about: 'threads; as many as there are cores otherwise' },
  ],
  examples: [
    [
      'brownout compare slow-mail --choose path=after --vs path=queue --seeds 100',
      'two options, 100 seeds each',
    ],
  ],
  async run({ args: [name = ''], options, out }) {
    const { findExercise } = await import('../scenarios/load.ts');
    const { compareWith } = await import('../scenarios/compare.ts');
    const { crewOf } = await import('../scenarios/grade-pool.ts');
    const { readChoices } = await import('./choosing.ts');
    const { wholeNumber } = await import('./numbers.ts');
    const { toldInQuarters } = await import('./sweeping.ts');
    const { compareWords } = await import('../words/compare.ts');
    const exercise = findExercise(name);
    const a = readChoices(exercise, list(options, 'choose'));
    const b = readChoices(exercise, list(options, 'vs'));
    const seeds = wholeNumber(text(options, 'seeds'), '--seeds', 1, 100_000) ?? exercise.seeds.grade;
    const crew = crewOf(wholeNumber(text(options, 'workers'), '--workers', 1, 256));
    try {
      const comparison = await compareWith(
        crew,
        exercise,
        a,
        b,
        { seeds },
        { onProgress: toldInQuarters(out) },
      );
      out.say(compareWords(exercise, comparison));
      out.document('compare', { ...comparison });
      return comparison.comparable ? EXIT.ok : EXIT.failed;
    } finally {
      await crew.close();
    }
  },
};
