import { z } from 'zod';
import { fault, faultForms, kindsNamed } from '../../sim/faults/index.ts';
import { declareForms, formOf } from '../../sim/world/schema/common.ts';
import { locate, type Node, type Path, plain } from './tree.ts';

declareForms(fault, (given) => faultForms.get(kindsNamed(given as Record<string, unknown>)[0] ?? ''));

/** The keys that a schema allows at a path. */
export function knownKeys(schema: z.ZodType, root: Node, path: Path): readonly string[] {
  let forms: readonly z.ZodType[] = [schema];
  for (const [depth, step] of path.entries()) {
    const here = locate(root, path.slice(0, depth)).node;
    forms = forms.flatMap((form) => opened(form, here)).flatMap((form) => childOf(form, step));
  }
  const here = locate(root, path).node;
  const objects = forms.flatMap((form) => opened(form, here)).filter((form) => form instanceof z.ZodObject);
  return [...new Set(objects.flatMap((form) => Object.keys(form.shape)))];
}

/** What stands inside the wrappings of a schema: objects, maps and lists. */
function opened(schema: z.ZodType, value: Node): z.ZodType[] {
  const form = formOf(schema, value.kind === 'map' ? (plain(value) as object) : {});
  if (form) return opened(form, value);
  const def = schema.def as {
    type: string;
    innerType?: z.ZodType;
    in?: z.ZodType;
    options?: z.ZodType[];
    getter?: () => z.ZodType;
  };
  if (def.type === 'union') return (def.options ?? []).flatMap((option) => opened(option, value));
  if (def.type === 'lazy' && def.getter) return opened(def.getter(), value);
  const inner = def.innerType ?? def.in;
  return inner ? opened(inner, value) : [schema];
}

function childOf(schema: z.ZodType, step: string | number): z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const child = schema.shape[String(step)] as z.ZodType | undefined;
    return child ? [child] : [];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
  return [];
}
