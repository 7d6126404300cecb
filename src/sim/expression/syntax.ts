/** A stretch of source: offsets from 0, `end` exclusive. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The signs that stand between two values. */
export type BinarySign = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';

/** A parsed expression: our own tree, so that nothing else depends on the parser's. */
export type Node = Span &
  (
    | {
        readonly kind: 'literal';
        readonly value: number | string | boolean | null;
        readonly decimal: boolean;
      }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'field'; readonly of: Node; readonly field: string }
    | { readonly kind: 'index'; readonly of: Node; readonly by: Node }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
    | { readonly kind: 'method'; readonly name: string; readonly of: Node; readonly args: readonly Node[] }
    | { readonly kind: 'not'; readonly of: Node }
    | { readonly kind: 'negate'; readonly of: Node }
    | { readonly kind: 'binary'; readonly sign: BinarySign; readonly left: Node; readonly right: Node }
    | { readonly kind: 'logic'; readonly sign: '&&' | '||'; readonly left: Node; readonly right: Node }
    | { readonly kind: 'choice'; readonly when: Node; readonly yes: Node; readonly no: Node }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | {
        readonly kind: 'fields';
        readonly entries: readonly { readonly field: string; readonly value: Node }[];
      }
  );

/** A node of one kind. */
export type NodeOf<K extends Node['kind']> = Extract<Node, { readonly kind: K }>;
