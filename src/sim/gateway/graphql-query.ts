/** What a query asks for, before it is run. */
export interface QueryShape {
  /** Fields inside one another, at most. */
  readonly depth: number;
  /** Fields in all, each counted as often as the lists around it are long. */
  readonly cost: number;
}

interface Field {
  readonly name: string;
  /** Length of the list that it is, by its arguments `first`, `last` or `limit`; null: it does not say. */
  readonly size: number | null;
  readonly selection: readonly Selection[];
}
type Selection = Field | { readonly spread: string } | { readonly inline: readonly Selection[] };

/** Punctuators, names, numbers and strings; what is between them does not count (GraphQL specification, 2.1). */
const TOKEN =
  /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[!$&():=@[\]{|}]|[_A-Za-z][_0-9A-Za-z]*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[\s,\uFEFF]+|#[^\n]*/y;

/** Arguments that say how long a list is. */
const SIZES = ['first', 'last', 'limit'];

/** Documents nest no deeper than this, whatever a gateway allows. */
const DEEPEST = 200;

class SyntaxProblem extends Error {}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxProblem('unexpected character');
    if (!/^[\s,#\uFEFF]/.test(match[0])) tokens.push(match[0]);
  }
  return tokens;
}

/** Reads executable documents: operations and fragments. Types and values are skipped over. */
class Reader {
  readonly fragments = new Map<string, readonly Selection[]>();
  readonly operations: (readonly Selection[])[] = [];
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
    while (this.#at < this.#tokens.length) this.#definition();
    if (this.operations.length === 0) throw new SyntaxProblem('no operation');
  }

  #definition(): void {
    const word = this.#next();
    if (word === '{') {
      this.#at--;
      this.operations.push(this.#selections(1));
      return;
    }
    if (word === 'fragment') {
      const name = this.#next();
      this.#skipTo('{');
      this.fragments.set(name, this.#selections(1));
      return;
    }
    if (word !== 'query' && word !== 'mutation' && word !== 'subscription') throw new SyntaxProblem(word);
    while (this.#peek() !== '{') {
      if (this.#peek() === '(') this.#arguments();
      else this.#next();
    }
    this.operations.push(this.#selections(1));
  }

  #selections(depth: number): readonly Selection[] {
    if (depth > DEEPEST) throw new SyntaxProblem('too deep');
    this.#expect('{');
    const found: Selection[] = [];
    while (this.#peek() !== '}') found.push(this.#selection(depth));
    this.#expect('}');
    if (found.length === 0) throw new SyntaxProblem('an empty selection');
    return found;
  }

  #selection(depth: number): Selection {
    const first = this.#next();
    if (first === '...') {
      if (this.#peek() !== 'on' && this.#isName(this.#peek())) {
        const spread = this.#next();
        this.#directives();
        return { spread };
      }
      if (this.#peek() === 'on') {
        this.#next();
        this.#next();
      }
      this.#directives();
      return { inline: this.#selections(depth + 1) };
    }
    if (!this.#isName(first)) throw new SyntaxProblem(first);
    let name = first;
    if (this.#peek() === ':') {
      this.#next();
      name = this.#next(); // the first was an alias: each alias is a field of its own
    }
    const size = this.#peek() === '(' ? this.#arguments() : null;
    this.#directives();
    return { name, size, selection: this.#peek() === '{' ? this.#selections(depth + 1) : [] };
  }

  #directives(): void {
    while (this.#peek() === '@') {
      this.#next();
      this.#next();
      if (this.#peek() === '(') this.#arguments();
    }
  }

  /** Reads arguments to their closing bracket; the length that they give to a list, if they do. */
  #arguments(): number | null {
    let size: number | null = null;
    let open = 0;
    do {
      const token = this.#next();
      if (token === '(' || token === '{' || token === '[') open++;
      if (token === ')' || token === '}' || token === ']') open--;
      if (open === 1 && SIZES.includes(token) && this.#peek() === ':') {
        const value = Number(this.#tokens[this.#at + 1]);
        if (value >= 0) size = value;
      }
    } while (open > 0);
    return size;
  }

  #skipTo(token: string): void {
    while (this.#peek() !== token) this.#next();
  }

  #expect(token: string): void {
    if (this.#next() !== token) throw new SyntaxProblem(`no ${token}`);
  }

  #isName(token: string | undefined): boolean {
    return token !== undefined && /^[_A-Za-z]/.test(token);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxProblem('it ends too early');
    return token;
  }
}

/**
 * How deep and how dear a query is, from its text alone: what it would ask for, not what it would find. Null where the
 * text is no query, or its fragments run in a circle.
 *
 * A field with fields of its own counts as a list of `listSize` unless its arguments say how long it is.
 */
export function queryShape(text: string, listSize: number): QueryShape | null {
  try {
    const reader = new Reader(text);
    return new Measure(reader.fragments, listSize).of(reader.operations.flat());
  } catch (error) {
    if (error instanceof SyntaxProblem) return null;
    throw error;
  }
}

/** Adds up selections; each fragment once, however often it is spread, so that none can be made to take for ever. */
class Measure {
  readonly #fragments: ReadonlyMap<string, readonly Selection[]>;
  readonly #listSize: number;
  /** Null while it is being measured: a fragment that meets itself then runs in a circle. */
  readonly #known = new Map<string, QueryShape | null>();

  constructor(fragments: ReadonlyMap<string, readonly Selection[]>, listSize: number) {
    this.#fragments = fragments;
    this.#listSize = listSize;
  }

  of(selection: readonly Selection[]): QueryShape {
    let depth = 0;
    let cost = 0;
    for (const each of selection) {
      const shape = this.#one(each);
      depth = Math.max(depth, shape.depth);
      cost += shape.cost;
    }
    return { depth, cost };
  }

  #one(each: Selection): QueryShape {
    if ('spread' in each) return this.#fragment(each.spread);
    if ('inline' in each) return this.of(each.inline);
    const below = this.of(each.selection);
    return { depth: below.depth + 1, cost: 1 + (each.size ?? this.#listSize) * below.cost };
  }

  #fragment(name: string): QueryShape {
    const known = this.#known.get(name);
    if (known) return known;
    const selection = this.#fragments.get(name);
    if (!selection || known === null) throw new SyntaxProblem(name);
    this.#known.set(name, null);
    const shape = this.of(selection);
    this.#known.set(name, shape);
    return shape;
  }
}
