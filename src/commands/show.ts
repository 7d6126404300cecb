import { type Command, EXIT, text } from './command.ts';

/** An exercise on paper. */
export const show: Command = {
  usage: 'show <exercise>',
  summary: 'Show a task, its options, what they change',
  options: [
    {
      flags: '--patch [decision=option]',
      about: 'what an option changes of the world; without a name, all of them',
    },
  ],
  examples: [
    ['brownout show charged-twice', 'the task and the options'],
    ['brownout show charged-twice --patch key=order', 'what one option changes, in the language of worlds'],
  ],
  async run({ args: [name = ''], options, out }) {
    const { findExercise } = await import('../scenarios/load.ts');
    const { explainPatch } = await import('../scenarios/choose.ts');
    const { readChoice } = await import('./choosing.ts');
    const { briefWords } = await import('../plain/scenes/briefing.ts');
    const { paragraphs } = await import('../words/text.ts');
    const exercise = findExercise(name);
    const wanted = text(options, 'patch');
    const all = exercise.decide.flatMap((decision) =>
      decision.options.map(({ id }) => [decision, id] as const),
    );
    const patched =
      wanted !== undefined ? [readChoice(exercise, wanted)] : options['patch'] === true ? all : [];
    const patches = patched.map(([{ id: decision }, option]) => ({
      decision,
      option,
      patch: explainPatch(exercise, decision, option),
    }));
    if (patches.length === 0) {
      out.say(briefWords(exercise));
      for (const { id, ask, options: choices } of exercise.decide) {
        out.say(`\nDecision ${id}: ${paragraphs(ask)}`);
        for (const option of choices) out.say(`  ${id}=${option.id}  ${option.label}`);
      }
      out.say(`\nChecks: ${Object.keys(exercise.checks).join(', ')}.`);
    }
    for (const { decision, option, patch } of patches) out.show(`# ${decision}=${option}\n${patch}`);
    const {
      id,
      slug,
      title,
      chapter,
      style,
      minutes,
      objectives,
      hash,
      file,
      brief,
      predict,
      decide,
      checks,
    } = exercise;
    out.document('exercise', {
      ...{ id, slug, title, chapter, style, minutes, objectives, hash, file, brief },
      predict: predict && { ask: predict.ask, answers: predict.answers },
      decide: decide.map((decision) => ({
        id: decision.id,
        ask: decision.ask,
        options: decision.options.map(({ id: option, label, points, patterns }) => ({
          id: option,
          label,
          points,
          patterns,
        })),
      })),
      checks: Object.keys(checks),
      patches,
    });
    return EXIT.ok;
  },
};
