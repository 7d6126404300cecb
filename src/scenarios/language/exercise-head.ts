import { FORMAT } from '../schema-exercise.ts';
import type { ProblemList } from './problem-list.ts';
import { get, type Node } from './tree.ts';

/**
 * Looks at the version of the language before anything else is read.
 *
 * A newer format is refused at once: what this program would say about the rest would be wrong.
 */
export function checkHead(root: Node, problems: ProblemList): void {
  if (root.kind !== 'map') {
    problems.add({
      code: 'document/not-a-map',
      at: { ...root.at, end: root.at.start + 1 },
      message: 'An exercise is a map that begins with `format: 1`.',
    });
    problems.throwIfAny();
    return;
  }
  const start = { ...root.at, end: root.at.start + 1 };
  const format = get(root, 'format');
  if (format === undefined) {
    problems.add({
      code: 'exercise/format',
      at: start,
      message: 'The first line says which version of the language this is.',
      fix: `write \`format: ${FORMAT}\` there`,
    });
    problems.throwIfAny();
    return;
  }
  const version = format.kind === 'scalar' ? format.value : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    problems.add({
      code: 'exercise/format',
      at: format.at,
      message: `The version of the language is a number; this program knows version ${FORMAT}.`,
      fix: `write \`format: ${FORMAT}\``,
    });
    problems.throwIfAny();
  } else if (version > FORMAT) {
    problems.add({
      code: 'exercise/newer-format',
      at: format.at,
      message: `The document is written in version ${version} of the language; this program knows versions up to ${FORMAT}.`,
      fix: 'fetch a newer program: npx brownout@latest',
    });
    problems.throwIfAny();
  }
  if ([...root.entries.keys()][0] !== 'format') {
    const entry = root.entries.get('format');
    if (entry)
      problems.add({
        code: 'exercise/format',
        at: entry.key,
        message: '`format` belongs in the first line, before everything else.',
      });
  }
}
