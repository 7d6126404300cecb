import type { Kind } from '../../sim/kinds.ts';
import { calls } from './calls.ts';
import { data } from './data.ts';
import { discovery } from './discovery.ts';
import { holding } from './holding.ts';
import { losses } from './losses.ts';
import { mesh } from './mesh.ts';
import { messages } from './messages.ts';
import { servers } from './servers.ts';
import { streams } from './streams.ts';
import { surroundings } from './surroundings.ts';
import type { Template } from './telling.ts';

/** The sentence for each kind of record. */
export const templates: Readonly<Record<Kind, Template>> = {
  ...calls,
  ...servers,
  ...data,
  ...messages,
  ...holding,
  ...mesh,
  ...discovery,
  ...streams,
  ...surroundings,
  ...losses,
};
