import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { widthOf } from '../layout/text.ts';
import { Painter } from './painter.ts';

const COLUMNS = 24;
const ROWS = 7;

interface InkLog {
  (frame: string): void;
  clear(): void;
}
interface InkLogModule {
  readonly default: {
    create(stream: unknown, options: { incremental: boolean; showCursor: boolean }): InkLog;
  };
}

// What ink itself writes frames with; it offers it to nobody else.
const { default: inkLog } = (await import(
  new URL('./log-update.js', import.meta.resolve('ink')).href
)) as InkLogModule;

const terminal = () => new Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, convertEol: true });

const written = (to: Terminal, text: string) => new Promise<void>((done) => to.write(text, done));

/** What a person sees of each cell; of the look of a blank one, only what shows. */
function seen({ buffer: { active } }: Terminal): string[] {
  return Array.from({ length: ROWS }, (_, y) => {
    const line = active.getLine(y);
    return Array.from({ length: COLUMNS }, (_, x) => {
      const cell = line?.getCell(x);
      const text = cell?.getChars() || (cell?.getWidth() === 0 ? '' : ' ');
      const marks = [cell?.isInverse(), cell?.isUnderline(), cell?.getBgColorMode(), cell?.getBgColor()];
      const ink = [cell?.isBold(), cell?.isDim(), cell?.getFgColorMode(), cell?.getFgColor()];
      return `${text}${[...marks, ...(text.trim() === '' ? [] : ink)].join(',')}`;
    }).join('|');
  });
}

/** The terminal after frames that went through ink and the painter. */
async function painted(frames: readonly (readonly string[])[], shake?: (painter: Painter) => string) {
  const shown = terminal();
  const painter = new Painter();
  const chunks: string[] = [];
  const log = inkLog.create(
    { write: (chunk: string) => chunks.push(painter.painted(chunk)) },
    { incremental: true, showCursor: true },
  );
  for (const [index, frame] of frames.entries()) {
    // A frame like the one before is not written, so that nobody would put right what had been shaken.
    if (shake && frame.join('\n') !== frames[index - 1]?.join('\n')) await written(shown, shake(painter));
    log(`${frame.join('\n')}\n`);
    await written(shown, chunks.splice(0).join(''));
  }
  return shown;
}

async function afresh(frame: readonly string[]) {
  const shown = terminal();
  await written(shown, frame.join('\r\n'));
  return shown;
}

const colour = fc.constantFrom('', '1', '31', '1;36', '90', '7', '4;32', '42', '38;5;200', '48;2;1;2;3');
const word = fc.constantFrom('a', 'gateway', ' ', '     ', '─', '▸o', 'é', '界', '…x', 'ok ');
const piece = fc
  .tuple(colour, word)
  .map(([code, text]) => (code === '' ? text : `\u001b[${code}m${text}\u001b[0m`));
const line = fc
  .array(piece, { maxLength: 5 })
  .map((pieces) => pieces.join(''))
  .filter((text) => widthOf(text) <= COLUMNS);
const frame = fc.array(line, { minLength: 1, maxLength: ROWS - 1 });
/** A frame as most are: the one before with a line or two changed. */
const frames = fc
  .array(fc.tuple(frame, fc.array(fc.boolean(), { maxLength: ROWS })), { minLength: 1, maxLength: 5 })
  .map((all) => {
    let last: readonly string[] = [];
    return all.map(([next, keep]) => {
      last = next.map((text, row) => (keep[row] ? (last[row] ?? text) : text));
      return last;
    });
  });

test('a terminal shows the same cells as if each frame had been written afresh', async () => {
  await fc.assert(
    fc.asyncProperty(frames, async (all) => {
      expect(seen(await painted(all))).toEqual(seen(await afresh(all.at(-1) ?? [])));
    }),
    { numRuns: 400 },
  );
});

test('so it does where something else has written on the terminal, once the painter is told', async () => {
  await fc.assert(
    fc.asyncProperty(frames, async (all) => {
      const shown = await painted(all, (painter) => {
        painter.forget();
        return '\u001b[3;2Hsomething\u001b[41melse';
      });
      expect(seen(shown)).toEqual(seen(await afresh(all.at(-1) ?? [])));
    }),
    { numRuns: 100 },
  );
});

test('the last frame can be drawn again', async () => {
  const painter = new Painter();
  painter.painted('one\ntwo\n');
  const shown = terminal();
  await written(shown, `rubbish${painter.repainted()}`);
  expect(seen(shown)).toEqual(seen(await afresh(['one', 'two'])));
});

test('writes only the cells that are different, and nothing where none are', () => {
  const painter = new Painter();
  painter.painted('a\u001b[1mbold\u001b[0m word\nunder it\n');
  expect(painter.painted('\u001b[2A\u001b[1Ga\u001b[1mbald\u001b[0m word\u001b[K\n\u001b[E')).toBe(
    '\u001b[;3H\u001b[1ma\u001b[m',
  );
  expect(painter.painted('\u001b[2A\u001b[1Ga\u001b[1mbald\u001b[22m word\u001b[K\n\u001b[E')).toBe('');
  expect(painter.painted('\u001b[2A\u001b[1Ga\u001b[K\n\u001b[E')).toBe('\u001b[;2H\u001b[K');
});

test('what is no frame goes through as it is', () => {
  expect(new Painter().painted('\u001b[?25l')).toBe('\u001b[?25l');
});

test('a frame is shown in one piece where ink asks for that', () => {
  const painter = new Painter();
  const chunks = ['\u001b[?2026h', 'one\n', '\u001b[?2026l'].map((chunk) => painter.painted(chunk));
  expect(chunks).toEqual(['', '\u001b[?2026h\u001b[Hone\u001b[?2026l', '']);
});

test('nothing clears the whole terminal, nor what was scrolled past', () => {
  const painter = new Painter();
  painter.painted('one\n');
  expect(painter.painted('\u001b[2J\u001b[3J\u001b[Hour')).toBe('\u001b[;2Hur');
});
