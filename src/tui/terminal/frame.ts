// Moves up, erasures of lines and returns to the first column, as a frame begins with them; not the moves to a next line.
const LEAD = /^(?:\u001b\[\d*[AGK])+/;
const CLEAR_ALL = '\u001b[2J\u001b[3J\u001b[H';
const NEXT_LINE = '\u001b[E';
const FIRST_COLUMN = '\u001b[1G';
const ERASE_TO_END = '\u001b[K';
/** Such as hiding the cursor: what ink sends beside frames. */
const NO_FRAME = /^(?:\u001b\[\?\d+[hl])*$/;

/** The lines of a frame from the first one on; null: as it was. Below them the screen is empty. */
export type Frame = readonly (string | null)[];

/**
 * Reads what ink 6.8 writes with incremental rendering as a frame; null where it is none.
 *
 * Where ink goes is left out. It finds the beginning of a frame by going up from its end, and goes up one line too few when
 * the frame ends in a line feed, so that frames would wander down. Ours always begin in the upper left corner.
 */
export function frameOf(chunk: string): Frame | null {
  if (NO_FRAME.test(chunk)) return null;
  const whole = chunk.startsWith(CLEAR_ALL);
  const lead = LEAD.exec(chunk)?.[0] ?? '';
  const rest = chunk.slice(whole ? CLEAR_ALL.length : lead.length);
  if (rest === '') return lead.includes('K') ? [] : null;
  const lines: (string | null)[] = [];
  for (let at = 0; at < rest.length; ) {
    if (rest.startsWith(NEXT_LINE, at)) {
      lines.push(null);
      at += NEXT_LINE.length;
      continue;
    }
    const feed = rest.indexOf('\n', at);
    const end = feed < 0 ? rest.length : feed;
    lines.push(textOf(rest.slice(at, end)));
    at = end + 1;
  }
  return lines;
}

function textOf(written: string): string {
  const from = written.startsWith(FIRST_COLUMN) ? FIRST_COLUMN.length : 0;
  const to = written.endsWith(ERASE_TO_END) ? -ERASE_TO_END.length : undefined;
  return written.slice(from, to);
}
