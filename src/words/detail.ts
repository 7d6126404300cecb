/** Something about a node: a name and what it is; the tone says whether that is worth a second look. */
export interface Detail {
  readonly name: string;
  readonly text: string;
  readonly tone?: 'warn' | 'bad';
}
