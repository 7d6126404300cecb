import type { Sequence, SequenceStep } from '../../exporters/mermaid.ts';
import { formatMicros } from '../../sim/kernel/time.ts';

/** Columns of a terminal that is as narrow as they come. */
const COLUMNS = 80;
const WIDEST_LANE = 20;
const NARROWEST_LANE = 9;

const cut = (text: string, width: number) =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}~`;

/** Writes text into cells from a column on, as far as they reach. */
function write(cells: string[], from: number, text: string): void {
  for (let i = 0; i < text.length && from + i < cells.length; i++) cells[from + i] = text[i] as string;
}

/** An arrow with its text in it: `-charge--->`, `<.ok.......`, `-lost-----x`. */
function arrow(text: string, width: number, style: SequenceStep['style'], rightward: boolean): string {
  const line = style === 'answer' ? '.' : '-';
  const label = cut(text, Math.max(0, width - 1));
  const body = (label.length < width - 2 ? `${line}${label}` : label).padEnd(width - 1, line);
  const head = style === 'lost' ? 'x' : rightward ? '>' : '<';
  return rightward ? body + head : head + body;
}

/** Draws a sequence diagram in plain characters, a line for each event, at most 80 columns wide. */
export function drawLanes({ lanes, steps }: Sequence): string {
  const numbers = steps.map(({ record }) => `#${record}`);
  const times = steps.map(({ at }) => formatMicros(at));
  const numberWidth = Math.max(0, ...numbers.map(({ length }) => length));
  const timeWidth = Math.max(0, ...times.map(({ length }) => length));
  const margin = numberWidth + timeWidth + 3;
  const room = Math.floor((COLUMNS - margin) / Math.max(1, lanes.length));
  const lane = Math.max(NARROWEST_LANE, Math.min(WIDEST_LANE, room));
  const width = Math.min(COLUMNS - margin, lane * lanes.length);
  const column = new Map(lanes.map((name, i) => [name, i * lane]));

  const head = Array<string>(width).fill(' ');
  lanes.forEach((name, i) => {
    write(head, i * lane, cut(name, lane - 1));
  });
  const lines = steps.map(({ from, to, text, style }, i) => {
    const cells = Array<string>(width).fill(' ');
    for (const at of column.values()) write(cells, at, '|');
    const start = column.get(from) as number;
    const end = column.get(to) as number;
    if (style === 'note' || start === end) write(cells, start, cut(`* ${text}`, width - start));
    else {
      const left = Math.min(start, end);
      write(cells, left + 1, arrow(text, Math.abs(end - start) - 1, style, end > start));
    }
    return `${(numbers[i] as string).padStart(numberWidth)} ${(times[i] as string).padStart(timeWidth)}  ${cells.join('')}`;
  });
  return [`${' '.repeat(margin)}${head.join('')}`, ...lines].map((line) => line.trimEnd()).join('\n');
}
