import { type Command, EXIT, text } from './command.ts';

/** A run for other programs. */
export const exportRun: Command = {
  usage: 'export <exercise>',
  summary: 'Write what a run sends to its operators, for Jaeger and its like',
  about:
    'Runs a design once and prints its telemetry. The store has only what its own services send: docs/authoring.md, "Telemetry", says what that depends on.',
  options: [
    {
      flags: '--format <name>',
      about:
        'otlp: traces (the default); openmetrics: rates, errors, durations for Prometheus; grafana: a dashboard over those',
    },
    { flags: '--choose <decision=option>', about: 'take an option', many: true },
    { flags: '--seed <text>', about: 'another universe than the practice seed' },
    { flags: '--inject <fault@time>', about: 'break something more', many: true },
    { flags: '--out <file>', about: 'write it to a new file instead of printing it' },
  ],
  examples: [
    ['brownout export slow-mail --out traces.json', 'traces for the upload of a Jaeger'],
    ['brownout export slow-mail --choose path=queue', 'of one option, for a pipe'],
  ],
  async run({ args: [name = ''], options, out }) {
    const { findExercise } = await import('../scenarios/load.ts');
    const { exporters } = await import('../exporters/index.ts');
    const { UsageError } = await import('../problems.ts');
    const { runAsAsked } = await import('./running.ts');
    const format = text(options, 'format') ?? 'otlp';
    const exporter = Object.hasOwn(exporters, format) ? exporters[format] : undefined;
    if (!exporter)
      throw new UsageError(`--format is one of ${Object.keys(exporters).join(', ')}, not "${format}"`);
    const { run } = runAsAsked(findExercise(name), options);
    const written = exporter.write(run);
    const file = text(options, 'out');
    if (file !== undefined) {
      const { writeNew } = await import('./writing.ts');
      writeNew(file, written);
      out.say(`Written to ${file}.`);
    } else if (!out.json) process.stdout.write(written);
    out.document('export', { format, file: file ?? null, ...(file === undefined && { text: written }) });
    return EXIT.ok;
  },
};
