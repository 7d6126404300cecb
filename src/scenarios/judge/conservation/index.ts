import type { Law } from './law.ts';
import { messages } from './messages.ts';
import { money } from './money.ts';
import { rows } from './rows.ts';
import { stock } from './stock.ts';

/** What is held against every run, whatever its exercise asks. */
export const laws = { money, stock, rows, messages } as const satisfies Record<string, Law>;
