import { NARROW } from '../layout/narrow.ts';
import { widthOf } from '../layout/text.ts';
import type { Role, Theme } from '../theme/theme.ts';
import { inAscii } from './ascii.ts';
import { boxCharacter, EAST, NORTH, SOUTH, WEST } from './strokes.ts';

const PLAIN = new RegExp(`^[${NARROW}]*$`);
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How a line is drawn: heavy ones carry much, dotted ones carry nothing any more. */
export type Stroke = 'light' | 'heavy';

/**
 * A grid of cells to draw on, each with a character and a role.
 *
 * Lines know their neighbours: where two meet they become a corner or a junction. Everything that falls outside is left
 * out, so a drawing may be larger than its canvas. Drawn in Unicode; a theme with the ASCII set gets it in ASCII.
 */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #characters: string[];
  readonly #roles: Role[];
  /** Directions in which a line leaves each cell; 0 where there is none. */
  readonly #strokes: Uint8Array;

  constructor(width: number, height: number) {
    this.width = Math.max(0, Math.floor(width));
    this.height = Math.max(0, Math.floor(height));
    const cells = this.width * this.height;
    this.#characters = Array<string>(cells).fill(' ');
    this.#roles = Array<Role>(cells).fill('text');
    this.#strokes = new Uint8Array(cells);
  }

  /** Writes a text from a cell on; what does not fit is cut off. A wide character takes two cells. */
  put(x: number, y: number, text: string, role: Role = 'text'): void {
    if (y < 0 || y >= this.height) return;
    let at = x;
    for (const segment of graphemes(text)) {
      const wide = widthOf(segment);
      if (wide === 0) continue;
      if (at >= 0 && at + wide <= this.width) {
        this.#set(at, y, segment, role);
        if (wide === 2) this.#set(at + 1, y, '', role);
      }
      at += wide;
    }
  }

  /** Writes a text that ends before a cell. */
  putBefore(x: number, y: number, text: string, role: Role = 'text'): void {
    this.put(x - widthOf(text), y, text, role);
  }

  /** The character in a cell; a space outside. */
  at(x: number, y: number): string {
    return this.#inside(x, y) ? (this.#characters[y * this.width + x] as string) : ' ';
  }

  /** A line between two cells of one row or one column, both included, joined to the lines it meets. */
  line(x1: number, y1: number, x2: number, y2: number, role: Role = 'edge', stroke: Stroke = 'light'): void {
    const dx = Math.sign(x2 - x1);
    const dy = Math.sign(y2 - y1);
    let x = x1;
    let y = y1;
    while (x !== x2 || y !== y2) {
      this.stroke(x, y, towards(dx, dy), role, stroke);
      x += dx;
      y += dy;
      this.stroke(x, y, towards(-dx, -dy), role, stroke);
    }
  }

  /** Adds directions to the line in a cell. */
  stroke(x: number, y: number, directions: number, role: Role = 'edge', stroke: Stroke = 'light'): void {
    if (!this.#inside(x, y)) return;
    const cell = y * this.width + x;
    const all = (this.#strokes[cell] as number) | directions;
    this.#strokes[cell] = all;
    this.#characters[cell] = boxCharacter(all, stroke);
    this.#roles[cell] = role;
  }

  /** A box with rounded corners and an empty inside. */
  box(x: number, y: number, width: number, height: number, role: Role = 'edge'): void {
    const right = x + width - 1;
    const bottom = y + height - 1;
    for (let row = y; row <= bottom; row++) this.put(x, row, ' '.repeat(width));
    const across = '─'.repeat(Math.max(0, width - 2));
    this.put(x, y, `╭${across}╮`, role);
    this.put(x, bottom, `╰${across}╯`, role);
    for (let row = y + 1; row < bottom; row++) {
      this.put(x, row, '│', role);
      this.put(right, row, '│', role);
    }
  }

  /** Gives cells another role and leaves what is in them. */
  tint(x: number, y: number, width: number, role: Role): void {
    for (let at = x; at < x + width; at++) if (this.#inside(at, y)) this.#roles[y * this.width + at] = role;
  }

  /** Copies another canvas onto this one, its left upper corner at a cell. */
  blit(other: Canvas, x: number, y: number): void {
    for (let row = 0; row < other.height; row++) {
      for (let column = 0; column < other.width; column++) {
        if (!this.#inside(x + column, y + row)) continue;
        const from = row * other.width + column;
        this.#set(x + column, y + row, other.#characters[from] as string, other.#roles[from] as Role);
      }
    }
  }

  /** The part of this canvas from a cell on. */
  crop(x: number, y: number, width: number, height: number): Canvas {
    const part = new Canvas(width, height);
    part.blit(this, -x, -y);
    return part;
  }

  /** What was drawn, row by row, with the theme's codes; no row is wider than the canvas. */
  lines(theme: Theme): string[] {
    const translate = theme.glyphs.set === 'ascii' ? inAscii : (text: string) => text;
    return Array.from({ length: this.height }, (_, row) => {
      let line = '';
      let run = '';
      let role: Role = 'text';
      for (let cell = row * this.width; cell < (row + 1) * this.width; cell++) {
        const next = this.#roles[cell] as Role;
        // A space looks the same in every role, so it ends no run.
        if (next !== role && this.#characters[cell] !== ' ') {
          line += theme.paint(role, translate(run));
          run = '';
          role = next;
        }
        run += this.#characters[cell];
      }
      return (line + theme.paint(role, translate(run.trimEnd()))).trimEnd();
    });
  }

  /** What was drawn, without roles: for tests, and for eyes. */
  text(): string {
    return Array.from({ length: this.height }, (_, row) =>
      this.#characters
        .slice(row * this.width, (row + 1) * this.width)
        .join('')
        .trimEnd(),
    ).join('\n');
  }

  #inside(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.width && y < this.height;
  }

  #set(x: number, y: number, character: string, role: Role): void {
    const cell = y * this.width + x;
    this.#characters[cell] = character;
    this.#roles[cell] = role;
    this.#strokes[cell] = 0;
  }
}

/** The characters of a text as a reader counts them; what we draw has one code point each. */
function graphemes(text: string): Iterable<string> {
  if (PLAIN.test(text)) return text;
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function towards(dx: number, dy: number): number {
  if (dx > 0) return EAST;
  if (dx < 0) return WEST;
  return dy > 0 ? SOUTH : NORTH;
}
