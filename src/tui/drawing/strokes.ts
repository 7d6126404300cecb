import type { Stroke } from './canvas.ts';

/** Directions in which a line may leave a cell; they add up. */
export const NORTH = 1;
export const EAST = 2;
export const SOUTH = 4;
export const WEST = 8;

/** By the sum of its directions. */
const LIGHT = ' ╵╶╰╷│╭├╴╯─┴╮┤┬┼';
const HEAVY = ' ╹╺┗╻┃┏┣╸┛━┻┓┫┳╋';

/** The box-drawing character whose arms point in these directions; corners of light lines are round. */
export function boxCharacter(directions: number, stroke: Stroke): string {
  const ends = directions === EAST || directions === WEST ? EAST | WEST : directions;
  const whole = ends === NORTH || ends === SOUTH ? NORTH | SOUTH : ends;
  return (stroke === 'heavy' ? HEAVY : LIGHT)[whole] as string;
}
