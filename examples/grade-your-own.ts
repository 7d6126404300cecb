// Grades every option of an exercise file on all cores: a test that a course's author can run.
//
//   node --import tsx examples/grade-your-own.ts [path] [seeds]
import { findExercise, gradeParallel } from '../src/index.ts';

const [name = 'charged-twice', seeds = '5'] = process.argv.slice(2);
const exercise = findExercise(name);

for (const { id, options } of exercise.decide) {
  for (const option of options) {
    const report = await gradeParallel(
      exercise,
      { [id]: option.id },
      { seeds: Number(seeds), ablate: false },
    );
    const broken = report.checks
      .filter(({ invalid }) => invalid > 0)
      .map(({ id: check, invalid }) => `${check} in ${invalid}`);
    console.log(`${id}=${option.id}: held in ${report.held} of ${report.seeds.count}. ${broken.join(', ')}`);
  }
}
