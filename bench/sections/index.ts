import { kernel } from './kernel.ts';
import type { Section } from './section.ts';

/** Every section, in the order of the table. */
export const sections: readonly Section[] = [kernel];
