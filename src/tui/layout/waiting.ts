import type { Theme } from '../theme/theme.ts';
import type { Size } from './size.ts';

/** Columns of what is said while something is awaited, on a screen of this size. */
export const waitingWidth = ({ columns }: Size): number => Math.min(48, columns - 4);

/** What is being done and how far it is, in the middle of the screen. */
export function waitingLines(what: string, progress: readonly string[], size: Size, theme: Theme): string[] {
  const indent = ' '.repeat(Math.max(0, (size.columns - waitingWidth(size)) >> 1));
  const block = [theme.paint('strong', what), '', ...progress];
  const above = Math.max(0, (size.rows - 2 - block.length) >> 1);
  return [...Array.from({ length: above }, () => ''), ...block.map((line) => indent + line)];
}
