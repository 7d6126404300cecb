import { type Command, EXIT } from './command.ts';

/** The shape of an exercise, for editors. */
export const schema: Command = {
  usage: 'schema',
  summary: 'Print the JSON Schema for your editor',
  examples: [
    [
      'brownout schema > exercise.schema.json',
      'then write "# yaml-language-server: $schema=exercise.schema.json"',
    ],
  ],
  async run() {
    const { exerciseJsonSchema } = await import('../scenarios/schema.ts');
    process.stdout.write(`${JSON.stringify(exerciseJsonSchema(), null, 2)}\n`);
    return EXIT.ok;
  },
};
