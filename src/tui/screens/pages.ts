import type { ScreenName } from '../keys/table.ts';
import { both } from './both.ts';
import { choose } from './choose.ts';
import { compare } from './compare.ts';
import { debrief } from './debrief.ts';
import { help } from './help.ts';
import { home } from './home.ts';
import { menu } from './menu.ts';
import { opening } from './opening.ts';
import type { Page } from './page.ts';
import { predict } from './predict.ts';
import type { ExerciseProps, ProgramProps } from './props.ts';
import { run } from './run/page.ts';
import { seeds } from './seeds.ts';
import { text } from './text.ts';
import { verdict } from './verdict.ts';
import { why } from './why.ts';
import { working } from './working.ts';

/** A page whose state only it knows: what `start` and `act` gave is handed back to it and to no other. */
const sealed = <State, Props>(page: Page<State, Props>): Page<unknown, Props> => page as Page<unknown, Props>;

/** Pages that need no exercise. */
export const programPages: Readonly<Partial<Record<ScreenName, Page<unknown, ProgramProps>>>> = {
  opening: sealed(opening),
  home: sealed(home),
  help: sealed(help),
  menu: sealed(menu),
  text: sealed(text),
};

/** Pages of an exercise. */
export const exercisePages: Readonly<Partial<Record<ScreenName, Page<unknown, ExerciseProps>>>> = {
  predict: sealed(predict),
  choose: sealed(choose),
  run: sealed(run),
  why: sealed(why),
  verdict: sealed(verdict),
  compare: sealed(compare),
  both: sealed(both),
  seeds: sealed(seeds),
  debrief: sealed(debrief),
  working: sealed(working),
};
