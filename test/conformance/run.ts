import { type Difference, differences } from './compare.ts';
import type { CasesFile } from './document.ts';
import { replay, versionOf } from './replay.ts';

/** What came of one case. */
export interface CaseResult {
  readonly topic: string;
  readonly name: string;
  /** Nothing if it passed. */
  readonly differences: readonly Difference[];
}

/** Replays every case of some files. */
export function runAll(files: readonly CasesFile[]): CaseResult[] {
  return files.flatMap(({ topic, recordedFrom, cases }) =>
    cases.map((each) => {
      const got = replay(each, versionOf(recordedFrom));
      return { topic, name: each.name, differences: differences(each.expect, got) };
    }),
  );
}

/** A failed case in one line: what differs first. */
export function failureLine({ topic, name, differences: [first] }: CaseResult): string {
  const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
  return `${topic}/${name}: ${first?.at}: expected ${shown(first?.expected)}, got ${shown(first?.got)}`;
}
