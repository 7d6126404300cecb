/** What stands for each character of ours in a terminal that has only ASCII. */
const ASCII: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...all('─╴╶┄╌', '-'),
    ...all('━╸╺═', '='),
    ...all('│╵╷┆╎', '|'),
    ...all('┃╹╻', '|'),
    ...all('╭╮╰╯├┤┬┴┼┌┐└┘', '+'),
    ...all('┏┓┗┛┣┫┳┻╋', '+'),
    ...all('▸►', '>'),
    ...all('◂◄', '<'),
    ...all('▾', 'v'),
    ...all('▴', '^'),
    ...all('·∙', '.'),
    ...all('•●', '*'),
    ...all('…', '~'),
    ...all('▁▂', '.'),
    ...all('▃▄', ':'),
    ...all('▅▆', '|'),
    ...all('▇█▓', '#'),
    ...all('▒░', '.'),
    ...all('✓', '+'),
    ...all('✗', 'x'),
    ...all('▲', '^'),
    ...all('µ', 'u'),
    ...all('’', "'"),
    ...all('→', '>'),
  }),
);

function all(characters: string, ascii: string): Record<string, string> {
  return Object.fromEntries([...characters].map((character) => [character, ascii]));
}

/** A text in ASCII, as wide as it was; what has no likeness becomes a question mark. */
export function inAscii(text: string): string {
  if (!/[^ -~]/.test(text)) return text;
  return [...text].map((character) => ASCII.get(character) ?? (character > '~' ? '?' : character)).join('');
}
