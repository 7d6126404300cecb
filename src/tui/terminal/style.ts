const ESCAPE = '\u001b[';

/** What each attribute of "select graphic rendition" (ECMA-48, 8.3.117) sets, by its slot, and what ends it. */
const ENDS: Readonly<Record<string, readonly Slot[]>> = {
  22: ['weight', 'faint'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
  39: ['foreground'],
  49: ['background'],
};
const BEGINS: Readonly<Record<string, Slot>> = {
  1: 'weight',
  2: 'faint',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'strike',
};

type Slot = 'weight' | 'faint' | 'italic' | 'underline' | 'inverse' | 'strike' | 'foreground' | 'background';

const ORDER: readonly Slot[] = [
  'weight',
  'faint',
  'italic',
  'underline',
  'inverse',
  'strike',
  'foreground',
  'background',
];
/** What a blank cell shows as well. */
const ON_BLANKS: readonly Slot[] = ['underline', 'inverse', 'strike', 'background'];

/** How a cell looks: codes by slot, in the order of the slots; empty where everything is as usual. */
export type Style = ReadonlyMap<Slot, string>;

export const PLAIN: Style = new Map();

const known = new Map<string, Style>([['', PLAIN]]);

/** One object for each look, so that looks can be compared by identity. */
function interned(slots: ReadonlyMap<Slot, string>): Style {
  const ordered = ORDER.flatMap((slot): [Slot, string][] => {
    const code = slots.get(slot);
    return code === undefined ? [] : [[slot, code]];
  });
  const name = ordered.map(([, code]) => code).join(';');
  const style = known.get(name) ?? new Map(ordered);
  known.set(name, style);
  return style;
}

const followed = new Map<Style, Map<string, Style>>();

/** The look after a sequence such as `1;36`, as it stands between `ESC [` and `m`. */
export function styled(style: Style, parameters: string): Style {
  const known = followed.get(style) ?? new Map<string, Style>();
  followed.set(style, known);
  const next = known.get(parameters) ?? after(style, parameters);
  known.set(parameters, next);
  return next;
}

function after(style: Style, parameters: string): Style {
  const slots = new Map(style);
  const codes = parameters.split(';');
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] === '' ? '0' : String(Number(codes[i]));
    const begun = BEGINS[code];
    if (code === '0') slots.clear();
    else if (begun !== undefined) slots.set(begun, code);
    else if (code === '38' || code === '48') {
      // `38;5;n` is one of 256 colours, `38;2;r;g;b` any.
      const length = codes[i + 1] === '5' ? 3 : 5;
      slots.set(code === '38' ? 'foreground' : 'background', codes.slice(i, i + length).join(';'));
      i += length - 1;
    } else if (/^(3|9)[0-7]$/.test(code)) slots.set('foreground', code);
    else if (/^(4|10)[0-7]$/.test(code)) slots.set('background', code);
    else for (const slot of ENDS[code] ?? []) slots.delete(slot);
  }
  return interned(slots);
}

const bare = new Map<Style, Style>();

/** What is seen of a look where there is no character. */
export function onBlank(style: Style): Style {
  if (style.size === 0) return PLAIN;
  const seen = bare.get(style) ?? interned(new Map([...style].filter(([slot]) => ON_BLANKS.includes(slot))));
  bare.set(style, seen);
  return seen;
}

/** The shortest sequence from one look to another. */
export function turned(from: Style, to: Style): string {
  if (from === to) return '';
  if (to.size === 0) return `${ESCAPE}m`;
  const whole = [...to.values()].join(';');
  const adds = [...from.keys()].every((slot) => to.has(slot));
  if (!adds) return `${ESCAPE};${whole}m`; // an empty parameter is 0, which ends everything before
  return `${ESCAPE}${[...to].flatMap(([slot, code]) => (from.get(slot) === code ? [] : [code])).join(';')}m`;
}
