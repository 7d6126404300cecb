import { FORMATS } from '../../sim/contracts/formats/index.ts';
import { type Generation, generationsOf, restricted } from '../../sim/contracts/generation.ts';
import type { Contract } from '../../sim/world/schema/contracts.ts';
import { LIMITS } from './limits.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Lets a contract's format say whether its generations can be written in it: names, numbers, defaults. */
export function checkFormat(view: WorldView, contract: Contract, path: Path): void {
  const generations = generationsOf(contract);
  if (generations.length > LIMITS.generations) {
    view.problems.add({
      code: 'limit/generations',
      at: view.keyAt([...path, 'versions']),
      message: `There are ${generations.length} generations; the limit is ${LIMITS.generations}.`,
    });
    return;
  }
  for (const [at, generation] of generations.entries()) {
    const part: Path = at === 0 ? path : [...path, 'versions', generation.name];
    if (generation.fields.size > LIMITS.fields) {
      view.problems.add({
        code: 'limit/fields',
        at: view.keyAt([...part, 'fields']),
        message: `There are ${generation.fields.size} fields in ${generation.name}; the limit is ${LIMITS.fields}.`,
      });
      return;
    }
    const wrong = firstRefused(contract.format, generation);
    if (!wrong) continue;
    view.wrong(
      'contract-format',
      view.keyAt([...part, 'fields', ...(wrong.field === null ? [] : [wrong.field])]),
      `The format ${contract.format} cannot have this: ${wrong.why}.`,
    );
    return; // later generations would say the same again
  }
}

/** The field that a format does not take; null where it takes each of them and not all together. */
function firstRefused(
  format: Contract['format'],
  generation: Generation,
): { readonly field: string | null; readonly why: string } | null {
  const { check } = FORMATS[format];
  const refusal = (of: Generation): string | null => {
    try {
      check(of);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const whole = refusal(generation);
  if (whole === null) return null;
  for (const field of generation.fields.keys()) {
    const why = refusal(restricted(generation, [field]));
    if (why !== null) return { field, why };
  }
  return { field: null, why: whole };
}
