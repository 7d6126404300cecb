import { type Command, EXIT } from './command.ts';

/** A first exercise for an author. */
export const newExercise: Command = {
  usage: 'new <path>',
  summary: 'Write a commented exercise to begin with',
  about: 'The file passes "brownout check" as it is. A file that is there already is never overwritten.',
  examples: [
    ['brownout new my-course/slow-partner.yaml', 'writes the file'],
    ['brownout check my-course/slow-partner.yaml', 'and proves it'],
  ],
  async run({ args: [path = ''], out }) {
    const { UsageError } = await import('../problems.ts');
    const { template } = await import('./template.ts');
    const { writeNew } = await import('./writing.ts');
    const file = /\.ya?ml$/.test(path) ? path : `${path}.yaml`;
    if (/[\\/]$/.test(path))
      throw new UsageError(`"${path}" is a folder; name a file in it: ${path}first.yaml`);
    writeNew(file, template(file));
    out.say(`Written: ${file}`);
    out.say(`Play it:  brownout play ${file}`);
    out.say(`Prove it: brownout check ${file}`);
    out.document('new', { file });
    return EXIT.ok;
  },
};
