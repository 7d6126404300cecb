import headless, { type IBufferCell } from '@xterm/headless';
import { boxCharacter, EAST, NORTH, SOUTH, WEST } from '../src/tui/drawing/strokes.ts';
import { glyphs } from '../src/tui/theme/glyphs.ts';

/** A cell in pixels; letters of common monospace fonts are 0.6 as wide as they are high. */
const WIDE = 9;
const HIGH = 20;
const LETTER = 15;
const BASELINE = 15;
const PAD = 14;

const GROUND = '#15171c';
const TEXT = '#d3d7de';
/** The sixteen colours of a terminal: eight, and the same again brighter. */
const COLOURS = [
  ...['#2b2f37', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d3d7de'],
  ...['#848b98', '#ff7b86', '#b5e08f', '#ffd88a', '#7cc4ff', '#dd9bf0', '#7ad9e4', '#ffffff'],
] as const;

/** Where lines leave a box-drawing character, by the character, and whether they are heavy. */
const BOXES: ReadonlyMap<string, { readonly directions: number; readonly heavy: boolean }> = new Map(
  (['heavy', 'light'] as const).flatMap((stroke) =>
    Array.from(
      { length: 15 },
      (_, i) => [boxCharacter(i + 1, stroke), { directions: i + 1, heavy: stroke === 'heavy' }] as const,
    ),
  ),
);
const LEVELS = glyphs.unicode.levels;

interface Ink {
  readonly colour: string;
  readonly bold: boolean;
}

interface Piece extends Ink {
  readonly x: number;
  readonly y: number;
  text: string;
}

/** A screen that fits a terminal as an image: text in any monospace font, lines drawn, so that no font can tear them. */
export async function svgOf(lines: readonly string[], columns: number, about: string): Promise<string> {
  const terminal = new headless.Terminal({ cols: columns, rows: lines.length, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(lines.join('\r\n'), resolve));
  const pieces: Piece[] = [];
  const strokes = new Map<string, string[]>();
  const fills = new Map<string, string[]>();
  for (let y = 0; y < lines.length; y++) {
    for (let x = 0; x < columns; x++) {
      const cell = terminal.buffer.active.getLine(y)?.getCell(x);
      const text = cell?.getChars() ?? '';
      if (cell === undefined || text.trim() === '') continue;
      const ink = inkOf(cell);
      const box = BOXES.get(text);
      if (box) add(strokes, `${ink.colour} ${box.heavy ? 3 : 1.4}`, boxPath(x, y, box.directions));
      else if (LEVELS.includes(text)) add(fills, ink.colour, levelPath(x, y, LEVELS.indexOf(text)));
      else write(pieces, { ...ink, x, y, text });
    }
  }
  const [width, height] = [columns * WIDE + 2 * PAD, lines.length * HIGH + 2 * PAD];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(about)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${GROUND}"/>`,
    `<g transform="translate(${PAD} ${PAD})">`,
    ...[...strokes].map(([style, paths]) => strokePath(style, paths)),
    ...[...fills].map(([colour, paths]) => `<path fill="${colour}" d="${paths.join('')}"/>`),
    `<g font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${LETTER}" xml:space="preserve">`,
    ...[...grouped(pieces)].map(([style, texts]) => `<g ${style}>${texts.join('')}</g>`),
    '</g></g></svg>',
  ].join('\n')}\n`;
}

/** Bright and bold are two things here: a colour says what a thing means, and bold that it matters. */
function inkOf(cell: IBufferCell): Ink {
  return {
    colour: cell.isFgPalette() ? (COLOURS[cell.getFgColor()] ?? TEXT) : TEXT,
    bold: cell.isBold() !== 0,
  };
}

/** Adds a character to the piece it continues, or begins another. */
function write(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  const gap = last && last.y === piece.y ? piece.x - last.x - last.text.length : Number.NaN;
  const like = last?.colour === piece.colour && last.bold === piece.bold;
  if (last && like && (gap === 0 || gap === 1)) last.text += ' '.repeat(gap) + piece.text;
  else pieces.push({ ...piece });
}

/** Texts by how they are written; each is held to its columns, whatever the font. */
function grouped(pieces: readonly Piece[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { x, y, text, colour, bold } of pieces) {
    const held = text.length > 1 ? ` textLength="${text.length * WIDE}"` : '';
    const place = `x="${x * WIDE}" y="${y * HIGH + BASELINE}"`;
    add(
      groups,
      `fill="${colour}"${bold ? ' font-weight="bold"' : ''}`,
      `<text ${place}${held}>${escaped(text)}</text>`,
    );
  }
  return groups;
}

function strokePath(style: string, paths: readonly string[]): string {
  const [colour, width] = style.split(' ');
  return `<path fill="none" stroke="${colour}" stroke-width="${width}" d="${paths.join('')}"/>`;
}

/** From the middle of a cell to those of its sides at which a line leaves it. */
function boxPath(x: number, y: number, directions: number): string {
  const [left, top] = [x * WIDE, y * HIGH];
  const [middle, centre] = [left + WIDE / 2, top + HIGH / 2];
  const has = (direction: number) => (directions & direction) !== 0;
  const from = has(WEST) ? left : middle;
  const to = has(EAST) ? left + WIDE : middle;
  const upper = has(NORTH) ? top : centre;
  const lower = has(SOUTH) ? top + HIGH : centre;
  return (
    (from < to ? `M${from} ${centre}H${to}` : '') + (upper < lower ? `M${middle} ${upper}V${lower}` : '')
  );
}

function levelPath(x: number, y: number, level: number): string {
  const high = (HIGH * level) / (LEVELS.length - 1);
  return `M${x * WIDE} ${(y + 1) * HIGH}h${WIDE}v-${high}h-${WIDE}z`;
}

function add(groups: Map<string, string[]>, key: string, value: string): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
