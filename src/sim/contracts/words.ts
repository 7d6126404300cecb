import type { Adapter, ContractField } from '../world/schema/contracts.ts';
import type { Generation } from './generation.ts';

/** What becomes of a word on its way from a writer to a reader. */
export interface Understood {
  /** What the reader takes it for; null: it cannot be read. */
  readonly as: string | null;
  /** What it means. */
  readonly means: string;
}

/** How a reader takes a writer's word for a concept: through its adapter, or as it stands. */
export function understood(
  word: string,
  { words }: Pick<ContractField, 'words'>,
  adapter: Adapter | null,
): Understood {
  const means = own(words, word) ?? word;
  const translated = adapter && (own(adapter.words, word) ?? adapter.unknown);
  return { as: translated === 'fail' ? null : (translated ?? word), means };
}

const own = (words: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(words, word) ? words[word] : undefined;

/** The words of a generation that a reader would take for something else, or could not read. */
export function misunderstood(writer: Generation, field: string, adapter: Adapter | null): string[] {
  const settings = writer.fields.get(field);
  if (!settings?.concept) return [];
  return Object.keys(settings.words).flatMap((word) => {
    const { as, means } = understood(word, settings, adapter);
    if (as === null) return [`${field} is ${word}, which the reader does not know`];
    return as === means ? [] : [`${field}: ${word} means ${means}, and is read as ${as}`];
  });
}

/** The words of a generation that are its writer's own: what a linter that knows the published language would tell. */
export function ownWords({ fields }: Generation): string[] {
  return [...fields].flatMap(([field, { concept, words }]) =>
    Object.entries(words)
      .filter(([word, means]) => concept !== null && word !== means)
      .map(([word, means]) => `${field} says ${word} for ${means}`),
  );
}
