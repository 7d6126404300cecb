import { Refusal } from './refusal.ts';

/** Bytes of a short string, which all names and routing keys are (AMQP 0-9-1, "shortstr"). */
const LONGEST = 255;

/** Refuses a name, a tag or a routing key that a frame cannot hold. */
export function checkShort(what: string, text: string): void {
  if (text.length * 3 <= LONGEST) return; // no UTF-16 unit takes more than three bytes
  if (utf8Length(text) > LONGEST)
    throw new Refusal('SYNTAX_ERROR', `${what} is longer than ${LONGEST} bytes: '${text.slice(0, 20)}...'`);
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
