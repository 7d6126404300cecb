/** The screens that keys are bound on; `working` is shown while something long is computed. */
export const SCREENS = [
  'opening',
  'home',
  'predict',
  'choose',
  'run',
  'why',
  'verdict',
  'compare',
  'seeds',
  'both',
  'debrief',
  'help',
  'menu',
  'text',
  'working',
] as const;

export type ScreenName = (typeof SCREENS)[number];

/** One thing that a person can do with a key or a `:` command. */
export interface KeyEntry {
  /** Names as `keystroke.ts` gives them; `Ctrl` and a letter as `ctrl-c`. */
  readonly keys: readonly string[];
  /** For the footer: one to three words. */
  readonly label: string;
  /** For the help: what happens, in a phrase. */
  readonly about: string;
  readonly screens: readonly ScreenName[];
  /** Typed after a colon; what it must be followed by stands in `argument`. */
  readonly command?: string;
  readonly argument?: string;
  /** Never shown in the footer unless a screen asks for it: everybody knows it, or it is one of many. */
  readonly quiet?: boolean;
}

/** Where somebody is at work on an exercise. */
export const inExercise: readonly ScreenName[] = [
  'predict',
  'choose',
  'run',
  'why',
  'verdict',
  'compare',
  'seeds',
  'debrief',
];
/** Where a list or a text is moved through. */
export const lists: readonly ScreenName[] = [
  'home',
  'predict',
  'choose',
  'why',
  'compare',
  'debrief',
  'help',
  'menu',
  'text',
];

/** Entries by the name of the action. */
export type KeyEntries = Readonly<Record<string, KeyEntry>>;
