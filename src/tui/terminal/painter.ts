import { type Cell, cellsOf } from './cells.ts';
import { frameOf } from './frame.ts';
import { Pen } from './patch.ts';

// In the usual look, since erased cells take the colour behind the text.
const HOME_AND_CLEAR = '\u001b[m\u001b[H\u001b[J';
const TOGETHER = '\u001b[?2026h';
const SHOWN = '\u001b[?2026l';

/** A line that is shown; its cells are null where only the terminal knows how wide they are. */
interface Row {
  readonly text: string;
  readonly cells: readonly Cell[] | null;
}

const EMPTY: Row = { text: '', cells: [] };

const rowOf = (text: string): Row => ({ text, cells: cellsOf(text) });

/**
 * Stands between ink and the terminal, and lets through only what is different on the screen.
 *
 * Ink writes a line whole where anything in it has changed. The painter knows every line that is shown, writes the cells
 * that differ, each run of them at its absolute place, and nothing at all where none do.
 */
export class Painter {
  #rows: readonly Row[] = [];
  /** False: the terminal may show anything, as after its size has changed. */
  #certain = true;
  #together = false;

  /** What to write for a chunk of ink's. */
  painted(chunk: string): string {
    if (chunk === TOGETHER || chunk === SHOWN) {
      this.#together = chunk === TOGETHER;
      return '';
    }
    const frame = frameOf(chunk);
    if (frame === null) return chunk;
    const written = this.#patched(frame.map((line, row) => (line === null ? this.#row(row) : rowOf(line))));
    return written !== '' && this.#together ? TOGETHER + written + SHOWN : written;
  }

  /** Nobody knows any more what the terminal shows: with the next frame it is cleared. */
  forget(): void {
    this.#certain = false;
  }

  /** What draws the last frame again, whatever the terminal shows now. */
  repainted(): string {
    this.forget();
    return TOGETHER + this.#patched(this.#rows) + SHOWN;
  }

  #row(at: number): Row {
    return this.#rows[at] ?? EMPTY;
  }

  #patched(rows: readonly Row[]): string {
    const pen = new Pen();
    const shown = this.#certain ? this.#rows : [];
    for (let at = 0; at < Math.max(rows.length, shown.length); at++) {
      const before = shown[at] ?? EMPTY;
      const after = rows[at] ?? EMPTY;
      if (before.text === after.text) continue;
      if (before.cells === null || after.cells === null) pen.whole(at, after.text);
      else pen.patch(at, before.cells, after.cells);
    }
    const cleared = this.#certain ? '' : HOME_AND_CLEAR;
    this.#rows = rows;
    this.#certain = true;
    return cleared + pen.finish();
  }
}

/** A stream on which the painter paints what is written to it; all else is as it was. */
export function paintedOn<Stream extends NodeJS.WriteStream>(stream: Stream, painter: Painter): Stream {
  const write = (chunk: unknown, ...rest: unknown[]) => {
    const written = typeof chunk === 'string' ? painter.painted(chunk) : chunk;
    // Whoever waits for the end of a write waits also where nothing had to be written.
    return written === '' && rest.length === 0
      ? true
      : Reflect.apply(stream.write, stream, [written, ...rest]);
  };
  return new Proxy(stream, {
    get(target, key) {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
