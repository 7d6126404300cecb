import { hashText } from '../kernel/luck.ts';
import type { GraphqlSettings } from '../world/schema/gateway.ts';

/** What a request is answered whose query is not known by its hash (Apollo's word). */
export const NOT_FOUND = 'PersistedQueryNotFound';

/** Documents that one process keeps; the one that nobody has asked for the longest goes first. */
const MOST_DOCUMENTS = 1_000;

/** What stands for a document: equal for equal texts. SHA-256 in practice, as 64 digits. */
export const documentHash = (text: string): string => hashText(text).toString(16).padStart(8, '0');

/** Documents that clients have registered with a process (automatic persisted queries), by their hashes. */
export class Documents {
  readonly #texts = new Map<string, string>();

  get(hash: string): string | undefined {
    const text = this.#texts.get(hash);
    if (text !== undefined) this.add(hash, text);
    return text;
  }

  /** Keeps a document as the one asked for last. */
  add(hash: string, text: string): void {
    this.#texts.delete(hash);
    this.#texts.set(hash, text);
    if (this.#texts.size <= MOST_DOCUMENTS) return;
    const [oldest] = this.#texts.keys();
    if (oldest !== undefined) this.#texts.delete(oldest);
  }

  clear(): void {
    this.#texts.clear();
  }
}

/** The text that a name stands for at a route: one that it lists, or one that was registered; undefined where nobody knows it. */
export function textFor(
  name: string,
  { persisted, automatic }: Pick<GraphqlSettings, 'persisted' | 'automatic'>,
  documents: Documents,
): string | undefined {
  if (Object.hasOwn(persisted, name)) return persisted[name];
  return automatic ? documents.get(name) : undefined;
}
