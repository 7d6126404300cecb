// Moves up, erasures of lines and returns to the first column, as a frame begins with them; not the moves to a next line.
const LEAD = /^(?:\u001b\[\d*[AGK])+/;
const HOME = '\u001b[H';
const CLEAR_BELOW = '\u001b[J';
const CLEAR_ALL = '\u001b[2J\u001b[3J\u001b[H';

/**
 * Lets every frame begin in the upper left corner, whatever ink believes about the cursor.
 *
 * Ink 6.8 finds the beginning of a frame by going up from its end, and with incremental rendering goes up one line too few
 * when the frame ends in a line feed, so that frames would wander down. Ours always fill the screen from its first line: an
 * absolute place is simpler, and right again after whatever a resize or another program did to the cursor.
 */
export function homed(chunk: string): string {
  // After the terminal got smaller ink clears all of it, and with it what the person had scrolled past before we came.
  if (chunk.startsWith(CLEAR_ALL)) return HOME + CLEAR_BELOW + chunk.slice(CLEAR_ALL.length);
  const lead = LEAD.exec(chunk)?.[0];
  if (lead === undefined || !lead.includes('A')) return chunk;
  const rest = chunk.slice(lead.length);
  if (rest === '') return HOME + CLEAR_BELOW;
  return HOME + rest + (lead.includes('K') ? CLEAR_BELOW : '');
}

/** The stream with every frame brought home; all else is as it was. */
export function homing<Stream extends NodeJS.WriteStream>(stream: Stream): Stream {
  const write = (chunk: unknown, ...rest: unknown[]) =>
    Reflect.apply(stream.write, stream, [typeof chunk === 'string' ? homed(chunk) : chunk, ...rest]);
  return new Proxy(stream, {
    get(target, key) {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
