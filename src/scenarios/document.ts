import { isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap, type Node as YamlNode } from 'yaml';
import { type Pair, repairedItems, repairedPairs } from './language/commas.ts';
import { LIMITS, RESERVED_KEYS } from './language/limits.ts';
import type { Finding, ProblemList } from './language/problem-list.ts';
import { positionOf, type Source, type Span } from './language/source.ts';
import { type Entry, type Node, scalar } from './language/tree.ts';
import { reworded } from './language/yaml-errors.ts';

/** YAML 1.2 core: `on`, `yes` and `no` are words, and there is no merge key. */
const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  strict: true,
  uniqueKeys: false, // told by us, with the place of the first
  prettyErrors: false,
} as const;

const CORE_TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'seq', 'map'].map((name) => `tag:yaml.org,2002:${name}`),
);

/** What no text may hold: it could move a terminal's cursor or turn the reading direction round. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\r(?!\n)/;

/**
 * Reads a text as a tree that knows where each value was written.
 *
 * Broken YAML, limits, characters that no text may hold, and keys or aliases that leave a hole in the tree end the
 * reading, with all that was found; other mistakes are collected and the reading goes on.
 */
export function readDocument(text: string, name: string, problems: ProblemList): Node {
  const source: Source = { name, text: text.startsWith('\uFEFF') ? text.slice(1) : text };
  refuseOutsized(source, problems);
  const document = parseDocument(source.text, OPTIONS);
  const [error] = document.errors; // what follows a broken place is mostly its echo
  if (error) {
    problems.add(reworded(error, document, source));
    problems.throwIfAny();
  }
  const contents = document.contents;
  if (!contents) {
    problems.add({
      code: 'document/empty',
      at: { source, start: 0, end: 0 },
      message: 'The document is empty. Its first line is `format: 1`.',
    });
    problems.throwIfAny();
  }
  const reader = new Reader(source, problems);
  const root = reader.read(contents as YamlNode, 0);
  if (reader.broken) problems.throwIfAny();
  return root;
}

/** Refuses what would cost too much to parse, or what no text may hold, before anything is parsed. */
function refuseOutsized(source: Source, problems: ProblemList): void {
  const bytes = Buffer.byteLength(source.text);
  if (bytes > LIMITS.file) {
    const shown: Source = { name: source.name, text: source.text.slice(0, 80) };
    problems.add({
      code: 'limit/file',
      at: { source: shown, start: 0, end: 1 },
      message: `The file has ${bytes} bytes; the limit is ${LIMITS.file} (256 KiB).`,
    });
    problems.throwIfAny();
  }
  const strange = UNPRINTABLE.exec(source.text);
  if (strange) {
    const at = { source, start: strange.index, end: strange.index + 1 };
    problems.add({ code: 'document/control-character', at, message: unprintable(strange[0]) });
    problems.throwIfAny();
  }
  const deep = tooDeep(source.text);
  if (deep >= 0) {
    problems.add({
      code: 'limit/depth',
      at: { source, start: deep, end: deep + 1 },
      message: `Maps and lists are nested deeper than ${LIMITS.depth} here, which is the limit.`,
    });
    problems.throwIfAny();
  }
}

const unprintable = (text: string) =>
  `The text holds the control character U+${text.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}. Texts are shown in a terminal, so only printable characters are allowed.`;

/** The offset at which brackets or indicators are nested beyond the limit: the YAML parser recurses and must not get there. */
function tooDeep(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '[' || char === '{') {
      if (++depth > LIMITS.depth) return at;
    } else if ((char === ']' || char === '}') && depth > 0) depth--;
  }
  const chain = new RegExp(`^[ \\t]*(?:[-?:][ \\t]+){${LIMITS.depth},}`, 'm').exec(text);
  return chain ? chain.index : -1;
}

/** Turns the parsed YAML into our tree, filling in aliases. */
class Reader {
  readonly #source: Source;
  readonly #problems: ProblemList;
  readonly #anchors = new Map<string, YamlNode>();
  /** Anchored values that are being read: an alias of one of them would never end. */
  readonly #open = new Set<YamlNode>();
  #aliases = 0;
  #values = 0;
  /** Whether something is missing from the tree, so that it would not make sense to look further. */
  broken = false;

  constructor(source: Source, problems: ProblemList) {
    this.#source = source;
    this.#problems = problems;
  }

  read(node: YamlNode, depth: number): Node {
    const at = this.#span(node);
    if (++this.#values > LIMITS.values)
      this.#stop(
        'limit/values',
        at,
        `The document has more than ${LIMITS.values} values, aliases filled in, which is the limit.`,
      );
    if (depth > LIMITS.depth)
      this.#stop(
        'limit/depth',
        at,
        `Maps and lists are nested deeper than ${LIMITS.depth} here, which is the limit.`,
      );
    if (isAlias(node)) return this.#alias(node.source, at, depth);
    if (node.tag !== undefined && !CORE_TAGS.has(node.tag)) return this.#tagged(node, at);
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    this.#open.add(node);
    const read = this.#value(node, at, depth);
    this.#open.delete(node);
    return read;
  }

  #value(node: YamlNode, at: Span, depth: number): Node {
    if (isScalar(node)) return this.#scalar(node.value, at);
    if (isSeq(node)) {
      const items = (node.items as YamlNode[]).map((item) => this.read(item, depth + 1));
      return { kind: 'list', at, items: node.flow ? repairedItems(items, this.#problems) : items };
    }
    if (isMap(node)) return this.#map(node, at, depth);
    return scalar(null, at);
  }

  #map(node: YAMLMap, at: Span, depth: number): Node {
    const read: Pair[] = [];
    for (const pair of node.items) {
      const keyNode = pair.key as YamlNode;
      const key = keyNode ? this.#span(keyNode) : at;
      if (!isScalar(keyNode)) {
        this.#break({
          code: 'document/key',
          at: key,
          message: 'A key must be a word, not a map, a list or an alias.',
        });
        continue;
      }
      const bare = pair.value === null || pair.value === undefined;
      const value = bare ? scalar(null, key) : this.read(pair.value as YamlNode, depth + 1);
      read.push({
        name: typeof keyNode.value === 'string' ? keyNode.value : (keyNode.source ?? ''),
        entry: { key, value },
        bare,
      });
    }
    const entries = new Map<string, Entry>();
    for (const { name, entry } of node.flow ? repairedPairs(read, this.#problems) : read) {
      if (!this.#allowed(name, entry.key)) continue;
      const first = entries.get(name);
      if (first) {
        this.#break({
          code: 'document/duplicate-key',
          at: entry.key,
          message: `\`${name}\` stands in this map twice; the first is in line ${positionOf(first.key).line}.`,
        });
      } else entries.set(name, entry);
    }
    return { kind: 'map', at, entries };
  }

  #allowed(name: string, key: Span): boolean {
    if (RESERVED_KEYS.has(name)) {
      this.#break({
        code: 'document/reserved-key',
        at: key,
        message: `\`${name}\` may not be used as a key.`,
      });
      return false;
    }
    if (name === '' || /^\d+$/.test(name)) {
      this.#break({
        code: 'document/key',
        at: key,
        message:
          name === ''
            ? 'A key is missing before the colon.'
            : `\`${name}\` may not be a key: keys are words, because numbers would lose their order.`,
      });
      return false;
    }
    return true;
  }

  #scalar(value: unknown, at: Span): Node {
    if (typeof value === 'string') {
      const strange = UNPRINTABLE.exec(value);
      if (strange)
        this.#problems.add({ code: 'document/control-character', at, message: unprintable(strange[0]) });
      return scalar(value, at);
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
        this.#break({
          code: 'document/number',
          at,
          message: 'The number is too large: whole numbers end at 9007199254740991.',
        });
      return scalar(value, at);
    }
    return scalar(typeof value === 'boolean' ? value : null, at);
  }

  #alias(name: string, at: Span, depth: number): Node {
    const target = this.#anchors.get(name);
    if (!target) {
      this.#break({
        code: 'document/alias',
        at,
        message: `\`*${name}\` has no anchor \`&${name}\` before it. If the text begins with a star, put it in quotes.`,
      });
      return scalar(null, at);
    }
    if (this.#open.has(target))
      this.#stop('document/alias', at, `\`*${name}\` stands inside what it names, so it would never end.`);
    if (++this.#aliases > LIMITS.aliases)
      this.#stop(
        'limit/aliases',
        at,
        `Aliases are filled in more than ${LIMITS.aliases} times, which is the limit.`,
      );
    return this.read(target, depth + 1);
  }

  #tagged(node: YamlNode, at: Span): Node {
    const tag = node.tag as string;
    let start = Math.max(0, this.#source.text.lastIndexOf('!', at.start));
    if (this.#source.text[start - 1] === '!') start--;
    const written = /^!\S*/.exec(this.#source.text.slice(start))?.[0] ?? tag;
    const name = /^![A-Za-z.]+$/.test(written) ? written.slice(1) : undefined;
    this.#break({
      code: 'document/tag',
      at: { source: this.#source, start, end: start + written.length },
      message: `YAML reads \`${written}\` as a tag, which has no meaning here.`,
      fix: `put the value in quotes${name === undefined ? '' : `, or write \`${name} == false\``}`,
    });
    return scalar(null, at);
  }

  #span(node: YamlNode): Span {
    const range = node.range ?? [0, 0, 0];
    return { source: this.#source, start: range[0], end: Math.max(range[0], range[1]) };
  }

  /** Tells of something that leaves a hole in the tree. */
  #break(finding: Finding): void {
    this.broken = true;
    this.#problems.add(finding);
  }

  #stop(code: string, at: Span, message: string): never {
    this.#problems.add({ code, at, message });
    this.#problems.throwIfAny();
    throw new Error('a problem was added, so this is never reached');
  }
}
