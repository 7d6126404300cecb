import { type Command, EXIT, list, text } from './command.ts';

/** Seeds of a sweep, at most. */
const MOST_SEEDS = 1_000_000;

/** One design over many hidden seeds. */
export const grade: Command = {
  usage: 'grade <exercise>',
  summary: 'Run a design on many hidden seeds',
  about:
    'Tells how often the design holds, where it breaks, and what each choice is worth. Exits with 1 where the design breaks in any seed. Parts made with --shard are joined with --merge.',
  options: [
    { flags: '--choose <decision=option>', about: 'take an option', many: true },
    { flags: '--seeds <number>', about: 'how many seeds; the exercise says how many otherwise' },
    { flags: '--workers <number>', about: 'threads; as many as there are cores otherwise' },
    { flags: '--shard <k/n>', about: 'only this part of the seeds; prints JSON to be merged' },
    { flags: '--merge <file>', about: 'join parts that were written with --shard', many: true },
  ],
  examples: [
    ['brownout grade slow-mail --choose path=queue --seeds 200', 'one design on 200 seeds'],
    ['brownout grade slow-mail --choose path=queue --shard 1/4 > 1.json', 'a quarter of the work'],
    ['brownout grade charged-twice --merge 1.json --merge 2.json', 'parts joined to a report'],
  ],
  async run({ args: [name = ''], options, out }) {
    const { findExercise } = await import('../scenarios/load.ts');
    const { gradeParallel, gradeShardParallel } = await import('../scenarios/grade-parallel.ts');
    const { readChoices } = await import('./choosing.ts');
    const { shardOf, wholeNumber } = await import('./numbers.ts');
    const { toldInQuarters } = await import('./sweeping.ts');
    const { gradeWords } = await import('../words/grade.ts');
    const exercise = findExercise(name);
    const files = list(options, 'merge');
    const shard = text(options, 'shard');
    const choices = readChoices(exercise, list(options, 'choose'));
    const seeds = wholeNumber(text(options, 'seeds'), '--seeds', 1, MOST_SEEDS) ?? exercise.seeds.grade;
    const workers = wholeNumber(text(options, 'workers'), '--workers', 1, 256);
    const onProgress = toldInQuarters(out);
    const spreading = workers === undefined ? { onProgress } : { workers, onProgress };
    if (shard !== undefined) {
      const part = await gradeShardParallel(exercise, choices, { seeds }, shardOf(shard), spreading);
      process.stdout.write(`${JSON.stringify(part)}\n`);
      return EXIT.ok;
    }
    const report =
      files.length > 0 ? await merged(files) : await gradeParallel(exercise, choices, { seeds }, spreading);
    out.say(gradeWords(exercise, report));
    out.document('grade', { ...report });
    return report.held === report.seeds.count ? EXIT.ok : EXIT.failed;
  },
};

async function merged(files: readonly string[]) {
  const { mergeShards, reportOfShard } = await import('../scenarios/grade.ts');
  const { readJson } = await import('./reading.ts');
  const { UsageError } = await import('../problems.ts');
  const shards = files.map((file) => {
    const data = readJson(file);
    if ((data as { kind?: unknown }).kind !== 'grade-shard')
      throw new UsageError(`${file} is no part of a sweep: write it with --shard`);
    return data as import('../scenarios/grade.ts').GradeShard; // what --shard wrote; mergeShards refuses strangers
  });
  return reportOfShard(mergeShards(shards));
}
