/** Which characters a terminal can show. */
export type GlyphSet = 'unicode' | 'ascii';

/** Every character that is not a letter: each is one column wide in every font that we know of. */
export interface Glyphs {
  readonly set: GlyphSet;
  readonly horizontal: string;
  readonly vertical: string;
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly teeLeft: string;
  readonly teeRight: string;
  readonly teeUp: string;
  readonly teeDown: string;
  readonly crossing: string;
  /** Before what is selected. */
  readonly pointer: string;
  readonly held: string;
  readonly broken: string;
  readonly unsure: string;
  readonly star: string;
  readonly noStar: string;
  readonly ellipsis: string;
  /** Between parts of a line. */
  readonly dot: string;
  readonly barFull: string;
  readonly barEmpty: string;
  /** From nothing to full, for sparklines. */
  readonly levels: readonly string[];
  /** Where a text is being typed. */
  readonly caret: string;
}

const unicode: Glyphs = {
  set: 'unicode',
  horizontal: '─',
  vertical: '│',
  topLeft: '╭',
  topRight: '╮',
  bottomLeft: '╰',
  bottomRight: '╯',
  teeLeft: '├',
  teeRight: '┤',
  teeUp: '┴',
  teeDown: '┬',
  crossing: '┼',
  pointer: '▸',
  held: '✓',
  broken: '✗',
  unsure: '?',
  star: '*',
  noStar: '·',
  ellipsis: '…',
  dot: '·',
  barFull: '━',
  barEmpty: '─',
  levels: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  caret: '▌',
};

const ascii: Glyphs = {
  set: 'ascii',
  horizontal: '-',
  vertical: '|',
  topLeft: '+',
  topRight: '+',
  bottomLeft: '+',
  bottomRight: '+',
  teeLeft: '+',
  teeRight: '+',
  teeUp: '+',
  teeDown: '+',
  crossing: '+',
  pointer: '>',
  held: '+',
  broken: '!',
  unsure: '?',
  star: '*',
  noStar: '.',
  ellipsis: '~',
  dot: '-',
  barFull: '=',
  barEmpty: '.',
  levels: [' ', '.', ':', '|', '#'],
  caret: '_',
};

/** The characters to draw with. */
export const glyphs: Readonly<Record<GlyphSet, Glyphs>> = { unicode, ascii };
