/** What is written to enter another screen and to leave it, as every terminal since the VT220 understands it. */
export const ENTER = '\u001b[?1049h\u001b[?25l\u001b[H\u001b[J';
export const LEAVE = '\u001b[?25h\u001b[?1049l';

/** Most bytes that terminals take in one copy. */
const MOST_COPIED = 74_000;

/** The sequence that puts text on the clipboard of the terminal that somebody sits at; undefined where it is too long. */
export function copySequence(text: string): string | undefined {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  return encoded.length > MOST_COPIED ? undefined : `\u001b]52;c;${encoded}\u0007`;
}
