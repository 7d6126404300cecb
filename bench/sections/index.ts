import { brokers } from './brokers.ts';
import { grade } from './grade.ts';
import { hops } from './hops.ts';
import { kernel } from './kernel.ts';
import { model } from './model.ts';
import { screens } from './screens.ts';
import type { Section } from './section.ts';
import { start } from './start.ts';

/** Every section, in the order of the table. */
export const sections: readonly Section[] = [kernel, model, hops, brokers, grade, start, screens];
