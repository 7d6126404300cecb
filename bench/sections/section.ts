/** One line of the table. */
export interface Row {
  /** What was measured. */
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is held against: a plain loop, an empty program, another engine, or a promised figure. */
  readonly against: string;
  readonly limit: number;
  /** The value over the limit, or the limit over the value where more is better: less is always better. */
  readonly ratio: number;
  /** The ratio that is aimed at, at most; undefined for a figure that only informs. */
  readonly aim: number | undefined;
}

/** How much is measured. */
export interface Extent {
  /** Seeds that the grading section grades. */
  readonly seeds: number;
}

/** Figures that belong together. To add some: write a file like `kernel.ts`, then list it in `index.ts`. */
export interface Section {
  readonly name: string;
  run(extent: Extent): Promise<Row[]> | Row[];
}
