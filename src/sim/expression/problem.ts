/** Something wrong with the text of an expression, found before anything runs. */
export class ExpressionProblem extends Error {
  override readonly name = 'ExpressionProblem';
  /** Where the fault begins: an offset into the source, from 0. */
  readonly start: number;
  /** Where the fault ends: the offset after its last character. */
  readonly end: number;
  /** The nearest valid word, if one is near. */
  readonly suggestion?: string;

  constructor(message: string, start: number, end: number, suggestion?: string) {
    super(message);
    this.start = start;
    this.end = end;
    if (suggestion !== undefined) this.suggestion = suggestion;
  }
}

/**
 * Something an expression met while it ran: a missing field, a division by zero, unlike types.
 *
 * A function of a vocabulary throws one with a message only; the call it was made from adds its own place.
 */
export class EvaluationProblem extends Error {
  override readonly name = 'EvaluationProblem';
  /** The part of the expression it happened in, and where that stands in the source. */
  readonly place?: Place;

  constructor(message: string, place?: Place) {
    super(place ? `${textOf(place)}: ${message}` : message);
    if (place) this.place = place;
  }
}

/** A stretch of an expression's source; offsets count from 0 and `end` is exclusive. */
export interface Place {
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a place, as the author wrote them. */
export function textOf({ source, start, end }: Place): string {
  return source.slice(start, end);
}

/** The place of a part of a source. */
export function placeOf(source: string, { start, end }: { start: number; end: number }): Place {
  return { source, start, end };
}
