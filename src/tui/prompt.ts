import { typedBy } from './keys/keystroke.ts';
import type { Notice, Question } from './screens/screen.ts';

/** A question that is being answered. */
export interface Prompt {
  readonly question: Question;
  readonly typed: string;
}

/** What a key makes of a prompt: it goes on, it is answered, or it is given up. */
export type Prompted =
  | { readonly type: 'open'; readonly prompt: Prompt }
  | { readonly type: 'answered'; readonly prompt: Prompt }
  | { readonly type: 'closed' };

const SHOWN = 6;

export const promptOf = (question: Question): Prompt => ({ question, typed: question.text ?? '' });

/** Pure: the next state of a prompt after a key. */
export function prompted(prompt: Prompt, key: string): Prompted {
  const { question, typed } = prompt;
  const open = (text: string): Prompted => ({ type: 'open', prompt: { question, typed: text } });
  switch (key) {
    case 'esc':
      return { type: 'closed' };
    case 'enter':
      return { type: 'answered', prompt };
    case 'backspace':
      // Backspace on an empty line leaves it, as in the editors that this line is borrowed from.
      return typed === '' ? { type: 'closed' } : open([...typed].slice(0, -1).join(''));
    case 'ctrl-u':
      return open('');
    case 'ctrl-w':
      return open(typed.replace(/\S+\s*$/, ''));
    case 'tab':
      return open(completed(typed, question.complete?.(typed) ?? []));
  }
  const text = typedBy(key);
  if (text === '') return open(typed);
  return question.single ? { type: 'answered', prompt: { question, typed: text } } : open(typed + text);
}

/** As much as all completions have in common; with a single one all of it. */
function completed(typed: string, completions: readonly string[]): string {
  const [first = ''] = completions;
  if (completions.length === 0) return typed;
  if (completions.length === 1) return `${first} `;
  let length = first.length;
  for (const other of completions) {
    while (!other.startsWith(first.slice(0, length))) length--;
  }
  return length > typed.length ? first.slice(0, length) : typed;
}

/** A prompt as it is shown. */
export const promptNotice = ({ question, typed }: Prompt): Notice => ({
  kind: 'question',
  label: question.label,
  typed,
  completions: (question.complete?.(typed) ?? []).slice(0, SHOWN),
});
