/** An object type, as far as JSON Schema is used for messages and bodies. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required: readonly string[];
}

export interface PropertySchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly enum?: readonly string[];
}

/**
 * Why a document that is valid under the writer's schema may be invalid under the reader's; nothing where none can be.
 *
 * Content models are open, and readers take what they do not know without a word: the registry's lenient policy.
 */
export function jsonSchemaProblems(reader: ObjectSchema, writer: ObjectSchema): readonly string[] {
  return Object.entries(reader.properties).flatMap(([name, read]): string[] => {
    const written = writer.properties[name];
    if (!written) return reader.required.includes(name) ? [`${name} is missing`] : [];
    if (reader.required.includes(name) && !writer.required.includes(name)) return [`${name} may be missing`];
    if (read.type !== written.type && !(read.type === 'number' && written.type === 'integer'))
      return [`${name} is ${written.type}, not ${read.type}`];
    if (!read.enum) return [];
    const known = read.enum;
    const unknown = written.enum?.filter((value) => !known.includes(value)) ?? ['anything'];
    return unknown.length === 0
      ? []
      : [`${name} may be ${unknown.join(' or ')}, which the reader does not know`];
  });
}
