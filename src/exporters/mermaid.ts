import type { Micros } from '../sim/kernel/time.ts';
import { formatMicros } from '../sim/kernel/time.ts';

/** One line of a sequence diagram. */
export interface SequenceStep {
  /** The record it shows. */
  readonly record: number;
  readonly at: Micros;
  /** Lanes by name; a note stands over `from` alone. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** `answer` goes back to who asked, `lost` never arrives, a `note` goes nowhere. */
  readonly style: 'call' | 'answer' | 'message' | 'lost' | 'note';
}

/** Who did what to whom, in the order of time. */
export interface Sequence {
  readonly lanes: readonly string[];
  readonly steps: readonly SequenceStep[];
}

const ARROWS = { call: '->>', answer: '-->>', message: '-)', lost: '-x' } as const;

/**
 * Makes a text safe as a Mermaid label: the signs that Mermaid reads become entity codes, a new line a space.
 *
 * Mermaid writes entities as `#35;`; a semicolon would end the statement, `<` would begin a tag.
 */
export function mermaidLabel(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replaceAll(/[#;<>"%{}:\\`&]/g, (sign) => `#${sign.charCodeAt(0)};`)
    .trim();
}

/** Writes a sequence diagram in Mermaid's language, with the number of each event. */
export function mermaid({ lanes, steps }: Sequence): string {
  const ids = new Map(lanes.map((lane, i) => [lane, `p${i}`]));
  const lines = [
    'sequenceDiagram',
    ...lanes.map((lane, i) => `  participant p${i} as ${mermaidLabel(lane)}`),
  ];
  for (const { record, at, from, to, text, style } of steps) {
    const label = mermaidLabel(`${text} (#${record}, ${formatMicros(at)})`);
    if (style === 'note' || from === to) lines.push(`  Note over ${ids.get(from)}: ${label}`);
    else lines.push(`  ${ids.get(from)}${ARROWS[style]}${ids.get(to)}: ${label}`);
  }
  return `${lines.join('\n')}\n`;
}
