/** What a number about a run is counted in; shares are in per cent. */
export type MeasureUnit = 'µs' | '%' | 'points' | 'count';

/** The unit of what a check measured, by its name: see `Measures`. */
export function unitOf(name: string): MeasureUnit {
  if (/^(p\d|p\(|age|recovers|fresh)/.test(name)) return 'µs';
  return /^(success|traced|stored)$/.test(name) ? '%' : 'count';
}
