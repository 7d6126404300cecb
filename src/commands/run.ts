import { type Command, EXIT, flag, text } from './command.ts';

/** One run of one design, judged. */
export const run: Command = {
  usage: 'run <exercise>',
  summary: 'Run a design once and judge it',
  about:
    'The exercise is a name from "brownout list", or the path of a file. Exits with 1 where a check breaks.',
  options: [
    {
      flags: '--choose <decision=option>',
      about: 'take an option; without any, nothing is changed',
      many: true,
    },
    { flags: '--seed <text>', about: 'another universe than the practice seed' },
    {
      flags: '--inject <fault@time>',
      about: 'break something more, such as "{ crash: payment, downFor: 5s } @ 12s"',
      many: true,
    },
    { flags: '--trace <subject>', about: 'tell one request from beginning to end, such as order-17' },
    {
      flags: '--operator',
      about: 'with --trace: then as those find it who run the store, in the traces that it sends',
    },
    { flags: '--why', about: 'tell why the first broken check broke' },
    { flags: '--save <file>', about: 'write the run to a file that "brownout replay" reads anywhere' },
    {
      flags: '--check',
      about: 'run twice, the second time elsewhere, and compare: a run must repeat exactly',
    },
  ],
  examples: [
    ['brownout run charged-twice', 'what happens if nothing is changed'],
    ['brownout run charged-twice --choose key=attempt --why', 'one option, and why it breaks'],
    ['brownout run my.yaml --seed 12 --trace order-17', 'a file of yours, another seed, one order'],
  ],
  async run({ args: [name = ''], options, out }) {
    const { findExercise } = await import('../scenarios/load.ts');
    const { runAsAsked, runDocument } = await import('./running.ts');
    const { designWords } = await import('../words/design.ts');
    const { sentence } = await import('../words/text.ts');
    const { verdictWords } = await import('../words/verdict.ts');
    const exercise = findExercise(name);
    const observation = runAsAsked(exercise, options);
    const { ask, run: made, verdict } = observation;
    const subject = text(options, 'trace');
    const trace = subject === undefined ? undefined : await traceOf(observation, subject);
    const seen = subject !== undefined && flag(options, 'operator') ? await seenBy(made, subject) : undefined;
    const why = flag(options, 'why') ? await whyOf(observation) : undefined;
    const twice = flag(options, 'check') ? await checkedTwice(observation) : undefined;
    const code = await codeOf(observation);
    const saved = text(options, 'save');
    if (saved !== undefined) await save(observation, saved);
    out.say(
      `${exercise.title}. ${sentence(designWords(exercise, ask.choices))} Seed ${ask.seed}, ${made.record.length} events.`,
    );
    out.say(verdictWords(verdict));
    if (trace !== undefined) out.say(`\n${trace.text}`);
    if (seen !== undefined) out.say(`\n${seen.text}`);
    if (why !== undefined) out.say(`\n${why.text}`);
    if (why?.diagram) out.show(`\n${why.diagram}`);
    if (twice !== undefined) out.say(`\n${twice.text}`);
    const onward = code === null ? 'To replay it elsewhere: --save <file>.' : `Replay code: ${code}`;
    out.say(`\nFingerprint ${made.fingerprint}. ${saved === undefined ? onward : `Saved as ${saved}.`}`);
    out.document('run', {
      ...runDocument(observation),
      code,
      ...(trace && { trace: { subject, spans: trace.spans } }),
      ...(seen && { telemetry: seen.spans }),
      ...(why && { why: why.data }),
      ...(twice && { repeats: twice.same }),
    });
    if (twice?.same === false) return EXIT.bug;
    return verdict.outcome === 'held' ? EXIT.ok : EXIT.failed;
  },
};

type Observed = import('../play/engine.ts').Observation;

async function traceOf({ run: made, verdict }: Observed, subject: string) {
  const { spanTree, formatSpanTree } = await import('../scenarios/spans.ts');
  const { followable } = await import('../scenarios/narrate.ts');
  const { unknown } = await import('./choosing.ts');
  if (!made.subjects.has(subject)) throw unknown('this run has no', subject, followable(made, verdict));
  const spans = spanTree(made, subject);
  return { spans, text: formatSpanTree(spans) };
}

async function seenBy(made: Observed['run'], subject: string) {
  const { telemetryOf } = await import('../sim/telemetry/index.ts');
  const { operatorWords } = await import('../words/telemetry.ts');
  const spans = telemetryOf(made).filter((span) => span.subject === subject && span.fate === 'stored');
  return { spans, text: operatorWords(made, subject) };
}

async function whyOf({ run: made, verdict }: Observed) {
  const { explain } = await import('../scenarios/why.ts');
  const { explanationWords } = await import('../words/why.ts');
  const check =
    verdict.checks.find(({ id }) => id === verdict.firstFailed) ??
    verdict.checks.find(({ findings }) => findings.length > 0);
  const finding = check?.findings[0];
  if (check === undefined || finding === undefined)
    return { text: 'Nothing broke, so there is nothing to explain.', diagram: '', data: null };
  const explanation = explain(made, finding);
  return {
    text: `Why ${check.id} broke:\n${explanationWords(explanation)}`,
    diagram: explanation.diagram,
    data: {
      check: check.id,
      lines: explanation.lines,
      records: explanation.records,
      mermaid: explanation.mermaid,
    },
  };
}

async function checkedTwice({ ask }: Observed) {
  const { checkTwice, runningBy, runningHere } = await import('../replay/twice.ts');
  const { WorkerCrew } = await import('../scenarios/grade-pool.ts');
  const { observe } = await import('../play/engine.ts');
  const { exercise, choices, seed, interventions } = ask;
  const crew = new WorkerCrew(1);
  try {
    const report = await checkTwice(
      runningHere(() => observe(ask).run),
      runningBy(crew, exercise, { choices, interventions }, seed),
    );
    return { same: report.same, text: twiceWords(report) };
  } finally {
    await crew.close();
  }
}

function twiceWords({ same, records, divergence }: import('../replay/twice.ts').TwiceReport): string {
  if (same) return `REPEATS. A second run, in another thread, was the same in all ${records} events.`;
  const shown =
    divergence === null ? [] : ['Here:', ...divergence.first, 'In the other thread:', ...divergence.second];
  return [
    `DOES NOT REPEAT. The runs part at event ${divergence?.record}. This is a bug of ours.`,
    ...shown,
  ].join('\n');
}

/** A code for others, who have the exercises that come with the program and no more. */
async function codeOf({ ask }: Observed): Promise<string | null> {
  const { writeCode } = await import('../replay/code.ts');
  const { isBuiltin } = await import('../scenarios/load.ts');
  if (!isBuiltin(ask.exercise)) return null;
  const { choices, seed, interventions } = ask;
  const written = writeCode(ask.exercise, { choices, seed, position: null, interventions });
  return written.ok ? written.code : null;
}

async function save({ ask, run: made }: Observed, file: string): Promise<void> {
  const { replayFileOf, writeReplayFile } = await import('../replay/file.ts');
  const { writeNew } = await import('./writing.ts');
  const { exercise, choices, seed, interventions } = ask;
  writeNew(
    file,
    writeReplayFile(replayFileOf(exercise, { choices, seed, position: null, interventions }, made)),
  );
}
