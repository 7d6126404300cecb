import type { Binding } from './binding.ts';

class Node {
  readonly words = new Map<string, Node>();
  readonly bindings: Binding[] = [];
}

/** The words of a key: none in the empty key, else what lies between its dots, which may be empty. */
export const wordsOf = (key: string): string[] => (key === '' ? [] : key.split('.'));

/** Topic bindings as a tree of words: `*` stands for one word, `#` for any number, each only as a whole word. */
export class TopicTree {
  #root = new Node();

  add(binding: Binding): void {
    let node = this.#root;
    for (const word of wordsOf(binding.key)) {
      let next = node.words.get(word);
      if (!next) {
        next = new Node();
        node.words.set(word, next);
      }
      node = next;
    }
    node.bindings.push(binding);
  }

  remove(binding: Binding): void {
    this.#prune(this.#root, wordsOf(binding.key), 0, binding);
  }

  /** Every binding whose pattern fits the key, some of them more than once. */
  match(key: string): Binding[] {
    const found: Binding[] = [];
    collect(this.#root, wordsOf(key), 0, found);
    return found;
  }

  /** Takes the binding out, and the nodes that nothing needs any more; true if this one is such a node. */
  #prune(node: Node, words: readonly string[], at: number, binding: Binding): boolean {
    const word = words[at];
    if (word === undefined) {
      const place = node.bindings.indexOf(binding);
      if (place >= 0) node.bindings.splice(place, 1);
    } else {
      const next = node.words.get(word);
      if (next && this.#prune(next, words, at + 1, binding)) node.words.delete(word);
    }
    return node.bindings.length === 0 && node.words.size === 0;
  }
}

function collect(node: Node, words: readonly string[], at: number, found: Binding[]): void {
  const hash = node.words.get('#');
  if (hash) for (let rest = at; rest <= words.length; rest++) collect(hash, words, rest, found);
  const word = words[at];
  if (word === undefined) {
    for (const binding of node.bindings) found.push(binding);
    return;
  }
  const star = node.words.get('*');
  if (star) collect(star, words, at + 1, found);
  // A routing key may hold the wildcards as words of its own; a binding's wildcard has then matched already.
  if (word === '*' || word === '#') return;
  const next = node.words.get(word);
  if (next) collect(next, words, at + 1, found);
}
