import { type Command, EXIT, flag, text } from './command.ts';

/** The proof of exercises, for their authors. */
export const check: Command = {
  usage: 'check [path...]',
  summary: 'Prove exercises: right holds, wrong fails',
  about:
    'Right answers must hold, wrong ones fail for their stated reason, and nothing else may pass. A path is a file or a folder; without one, the exercises that come with Brownout are proved.',
  options: [
    { flags: '--seeds <number>', about: 'seeds for each design; each exercise says how many otherwise' },
    { flags: '--workers <number>', about: 'threads; as many as there are cores otherwise' },
    { flags: '--strict', about: 'a failure that no option expects is an error' },
  ],
  examples: [
    ['brownout check my-course/ --seeds 50', 'every exercise in a folder'],
    ['brownout check charged-twice', 'one that comes with Brownout'],
  ],
  async run({ args, options, out }) {
    const { builtinExercises } = await import('../scenarios/load.ts');
    const { prove, proofLines } = await import('../scenarios/prove.ts');
    const { crewOf } = await import('../scenarios/grade-pool.ts');
    const { wholeNumber } = await import('./numbers.ts');
    const { counted } = await import('../words/text.ts');
    const { exercisesAt } = await import('./exercises-at.ts');
    const { formatProblem } = await import('../problems.ts');
    const { exercises, problems } =
      args.length === 0 ? { exercises: builtinExercises(), problems: [] } : exercisesAt(args);
    const seeds = wholeNumber(text(options, 'seeds'), '--seeds', 1, 100_000);
    for (const problem of problems) out.show(`${formatProblem(problem)}\n`);
    const crew = crewOf(wholeNumber(text(options, 'workers'), '--workers', 1, 256));
    const reports = [];
    try {
      for (const exercise of exercises) {
        const report = await prove(exercise, {
          crew,
          strict: flag(options, 'strict'),
          ...(seeds !== undefined && { seeds }),
        });
        out.show(proofLines(report).join('\n'));
        reports.push(report);
      }
    } finally {
      await crew.close();
    }
    const wrong = reports.filter(({ ok }) => !ok).length;
    const judged = reports.length === 0 ? [] : [`${wrong} of ${reports.length}`];
    const unread =
      problems.length === 0
        ? []
        : [`${counted(problems.length, 'problem')} in documents that could not be read`];
    out.say(
      wrong === 0 && problems.length === 0
        ? `\nPROVED: ${reports.length} of ${reports.length}.`
        : `\nNOT PROVED: ${[...judged, ...unread].join('; ')}.`,
    );
    out.document('check', { ok: wrong === 0 && problems.length === 0, reports, problems });
    if (problems.length > 0) return EXIT.problems;
    return wrong === 0 ? EXIT.ok : EXIT.failed;
  },
};
