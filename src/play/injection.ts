import { parse } from 'yaml';
import { UsageError } from '../problems.ts';
import { nearest } from '../sim/expression/suggest.ts';
import { fault, faults } from '../sim/faults/index.ts';
import type { Intervention } from '../sim/run.ts';
import { parseDuration } from '../sim/world/quantities.ts';

const FORM = 'write a fault and a time, such as { latency: payment, add: 400ms } @ 12s';

/**
 * Reads `{ latency: payment, add: 400ms } @ 12s` as a change to a run at that time.
 *
 * The braces may be left out. `number` tells one injected fault from the next.
 */
export function parseInjection(text: string, number: number): Intervention {
  const [written = '', time, ...more] = text.split('@').map((part) => part.trim());
  if (time === undefined || more.length > 0) throw new UsageError(`"${text}" has no time: ${FORM}`);
  const at = parseDuration(time.replaceAll(' ', ''));
  if (at === undefined) throw new UsageError(`"${time}" is not a time: ${FORM}`);
  return { at, chaos: { [`injected-${number}`]: parseFault(written) } };
}

/** Reads one fault in the flow form of YAML, and says what is wrong with it. */
function parseFault(written: string): Readonly<Record<string, unknown>> {
  const given = readFlow(written.startsWith('{') ? written : `{ ${written} }`);
  const words = Object.keys(given);
  if (!words.some((word) => Object.hasOwn(faults, word))) {
    const near = words.map((word) => nearest(word, Object.keys(faults))).find((word) => word !== undefined);
    const meant = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new UsageError(
      `"${written}" names no fault.${meant} Faults are: ${Object.keys(faults).join(', ')}`,
    );
  }
  const result = fault.safeParse(given);
  if (result.success) return given;
  const reasons = result.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new UsageError(`"${written}" is no fault that can be injected: ${reasons.join('; ')}`);
}

function readFlow(text: string): Readonly<Record<string, unknown>> {
  const data: unknown = tryParse(text);
  if (typeof data === 'object' && data !== null && !Array.isArray(data))
    return data as Record<string, unknown>;
  throw new UsageError(`"${text}" cannot be read: ${FORM}`);
}

function tryParse(text: string): unknown {
  try {
    return parse(text, { schema: 'core', maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}
