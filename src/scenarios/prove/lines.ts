import type { Proof, ProofReport } from './report.ts';

const FIRST_WORD: Readonly<Record<Proof['label'], string>> = {
  right: 'right',
  wrong: 'wrong',
  other: 'other',
  nothing: 'wrong',
  ablate: 'ablate',
  bigbox: 'bigbox',
  vary: 'vary',
  edge: 'edge',
  space: 'space',
};

/** What a proved line of this label says at its end. */
const PROVED: Readonly<Record<Proof['label'], string>> = {
  right: 'ok',
  wrong: 'ok',
  other: 'ok',
  nothing: 'ok',
  ablate: 'ok   load-bearing',
  bigbox: 'ok   cannot be bought',
  vary: 'ok',
  edge: 'ok',
  space: '',
};

function line(proof: Proof): string {
  const { label, what, n, of, verb, reason, ok } = proof;
  const head = `  ${FIRST_WORD[label].padEnd(7)} `;
  if (label === 'space') return `${head}${what}: ${reason}`;
  const count = `${n}/${of}${verb === 'fail' ? ' fail' : ''}`;
  const end = ok ? PROVED[label] : 'ERROR';
  return `${head}${what.padEnd(24)} ${count.padStart(14)}  ${reason}`
    .trimEnd()
    .concat(end === '' ? '' : `  ${end}`);
}

/** A report for a terminal: one line a proof, then what is wrong, each with its place. */
export function proofLines(report: ProofReport): string[] {
  const { exercise, seeds, seconds, secondsPerThousandRuns } = report;
  const pace = `${secondsPerThousandRuns.toFixed(2)} s per 1,000 runs`;
  return [
    `${exercise}  ${seeds} seeds, ${report.runs} runs, ${seconds.toFixed(1)} s (${pace})`,
    ...report.proofs.flatMap((proof) => [
      line(proof),
      ...proof.notes.map((note) => `          note: ${note}`),
    ]),
    ...report.problems.map(
      ({ file, line: at, column, code, message }) =>
        `  ERROR   ${message}   ${file}:${at}:${column}  ${code}`,
    ),
  ];
}
