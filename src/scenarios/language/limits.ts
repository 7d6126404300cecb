/** How large a document may be, and what it may ask for. Exceeding one is a problem that names it. */
export const LIMITS = {
  /** Bytes of a file. */
  file: 256 * 1024,
  /** Times that a YAML alias may be filled in. */
  aliases: 100,
  /** Values in a document, aliases filled in. */
  values: 50_000,
  /** Maps and lists inside one another. */
  depth: 40,
  services: 60,
  clients: 20,
  channels: 100,
  steps: 60,
  /** Fields of a generation of a contract, and generations of one. */
  fields: 60,
  generations: 20,
  /** Groups of `order` inside one another. */
  groups: 4,
  options: 8,
  decisions: 8,
  checks: 24,
  /** Patterns of one option. */
  patterns: 6,
  /** Characters of an expression. */
  expression: 400,
  /** Operations that call one another, one inside the other. */
  callDepth: 20,
  /** Elements of a `forEach`. */
  forEach: 10_000,
  /** Microseconds of virtual time: 24 h. */
  time: 86_400_000_000,
  /** Characters of a title or a label, and of any other text of the lesson. */
  title: 120,
  text: 8_000,
} as const;

/** Names through which a document could reach the prototype of an object. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
