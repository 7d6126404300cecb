import type { Span } from './source.ts';
import { type Entry, type Node, scalar } from './tree.ts';

const WHOLE = /^\$([a-z][A-Za-z]*)$/;
const PART = /\$\{([a-z][A-Za-z]*)(?:\.(service|name|operation|broker))?\}/g;

/**
 * Fills a pattern's parameters in: `$name` stands for a whole value or key, `${name}` inside a longer text, and
 * `${name.service}` and the like take an address apart. There are no conditions and no loops.
 *
 * Everything counts as written at `at`, where the option names the pattern, except the parameters' own values.
 */
export function substituted(pattern: Node, values: ReadonlyMap<string, Node>, at: Span): Node {
  switch (pattern.kind) {
    case 'scalar': {
      if (typeof pattern.value !== 'string') return { ...pattern, at };
      const whole = WHOLE.exec(pattern.value);
      if (whole) return needed(values, whole[1] as string);
      return scalar(filled(pattern.value, values), at);
    }
    case 'list':
      return { ...pattern, at, items: pattern.items.map((item) => substituted(item, values, at)) };
    case 'map': {
      const entries = new Map<string, Entry>();
      for (const [key, { value }] of pattern.entries) {
        const whole = WHOLE.exec(key);
        const name = whole ? textOf(needed(values, whole[1] as string)) : filled(key, values);
        entries.set(name, { key: at, value: substituted(value, values, at) });
      }
      return { ...pattern, at, entries };
    }
  }
}

function needed(values: ReadonlyMap<string, Node>, name: string): Node {
  const value = values.get(name);
  if (!value) throw new Error(`a pattern's patch names $${name}, which is none of its parameters`);
  return value;
}

const textOf = (node: Node) => (node.kind === 'scalar' ? String(node.value) : '');

const filled = (text: string, values: ReadonlyMap<string, Node>) =>
  text.replaceAll(PART, (_, name: string, part: string | undefined) =>
    partOf(textOf(needed(values, name)), part),
  );

/** `checkout.placeOrder.save` has a service, an operation and a name; `rabbitmq/labels` a broker and a name. */
function partOf(address: string, part: string | undefined): string {
  if (part === undefined) return address;
  const words = address.split(address.includes('/') ? '/' : '.');
  if (part === 'service' || part === 'broker') return words[0] as string;
  return (part === 'operation' ? words[1] : words.at(-1)) as string;
}
