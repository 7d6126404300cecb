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
interface KeyEntry {
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

const everywhere = SCREENS;
const inExercise: readonly ScreenName[] = [
  'predict',
  'choose',
  'run',
  'why',
  'verdict',
  'compare',
  'seeds',
  'debrief',
];
const lists: readonly ScreenName[] = [
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

/**
 * Every key and every command, in the order in which footers name them.
 *
 * Bindings, footers, the help and the completion of commands are all read from here; nothing else binds a key.
 */
const KEYS = {
  // Watching
  play: {
    keys: ['space'],
    label: 'play',
    about: 'play, or pause',
    screens: ['run', 'both'],
    command: 'play',
  },
  stepForward: {
    keys: ['l', 'right'],
    label: 'step',
    about: 'go to the next event',
    screens: ['run', 'both'],
  },
  stepBack: { keys: ['h', 'left'], label: 'back', about: 'go to the event before', screens: ['run', 'both'] },
  why: {
    keys: ['e'],
    label: 'why',
    about: 'explain what broke, event by event',
    screens: ['run', 'verdict'],
    command: 'why',
  },
  beatForward: {
    keys: ['}', ']'],
    label: 'beat',
    about: 'go to the next moment that matters',
    screens: ['run', 'both'],
  },
  beatBack: {
    keys: ['{', '['],
    label: 'beat back',
    about: 'go to the moment before that mattered',
    screens: ['run', 'both'],
  },
  breakForward: {
    keys: ['n'],
    label: 'break',
    about: 'go to the next broken check',
    screens: ['run', 'both'],
  },
  breakBack: {
    keys: ['N'],
    label: 'break back',
    about: 'go to the broken check before',
    screens: ['run', 'both'],
    quiet: true,
  },
  slower: { keys: ['<', ','], label: 'slower', about: 'play at half the speed', screens: ['run', 'both'] },
  faster: { keys: ['>', '.'], label: 'faster', about: 'play at twice the speed', screens: ['run', 'both'] },
  secondBack: {
    keys: ['H'],
    label: '1 s back',
    about: 'go back one second',
    screens: ['run', 'both'],
    quiet: true,
  },
  secondForward: {
    keys: ['L'],
    label: '1 s on',
    about: 'go on one second',
    screens: ['run', 'both'],
    quiet: true,
  },
  toStart: {
    keys: ['0'],
    label: 'start',
    about: 'go to the first event',
    screens: ['run', 'both'],
    quiet: true,
  },
  toEnd: { keys: ['$'], label: 'end', about: 'go to the last event', screens: ['run', 'both'], quiet: true },
  view: {
    keys: ['v'],
    label: 'view',
    about: 'map, ladder or table of this moment',
    screens: ['run'],
    command: 'view',
  },
  follow: {
    keys: ['f'],
    label: 'follow',
    about: 'follow one request, or all again',
    screens: ['run'],
    command: 'follow',
    argument: 'request',
  },
  nextRequest: {
    keys: [')'],
    label: 'next request',
    about: 'follow the next request that is worth it',
    screens: ['run'],
    quiet: true,
  },
  previousRequest: {
    keys: ['('],
    label: 'last request',
    about: 'follow the one before',
    screens: ['run'],
    quiet: true,
  },
  halting: {
    keys: ['S'],
    label: 'stop at beats',
    about: 'stop at moments that matter, or only slow down',
    screens: ['run', 'both'],
    command: 'halt',
    quiet: true,
  },
  inject: {
    keys: ['F'],
    label: 'fork here',
    about: 'break or change something at this moment, and run again',
    screens: ['run'],
    command: 'inject',
    argument: 'fault',
  },
  withdraw: {
    keys: ['z'],
    label: 'unfork',
    about: 'run again without what was changed',
    screens: ['run'],
    command: 'unfork',
  },
  mark: {
    keys: ['m'],
    label: 'mark',
    about: 'mark this moment with a letter',
    screens: ['run'],
    quiet: true,
  },
  toMark: { keys: ["'"], label: 'to mark', about: 'go to a marked moment', screens: ['run'], quiet: true },
  pane: {
    keys: ['1', '2', '3', '4', '5', '6'],
    label: 'pane',
    about: 'go to a pane',
    screens: ['run'],
    quiet: true,
  },
  zoom: {
    keys: ['+', '='],
    label: 'enlarge',
    about: 'give the pane all the room, or take it back',
    screens: ['run'],
    quiet: true,
  },
  time: {
    keys: ['T'],
    label: 'to time',
    about: 'go to a time, such as 12.4s',
    screens: ['run'],
    command: 't',
    argument: 'time',
    quiet: true,
  },
  event: {
    keys: ['#'],
    label: 'to event',
    about: 'go to an event by its number',
    screens: ['run'],
    command: 'e',
    argument: 'number',
    quiet: true,
  },
  vary: {
    keys: ['V'],
    label: 'vary',
    about: 'change one condition of the exercise, and run',
    screens: ['run'],
    command: 'vary',
    argument: 'condition',
    quiet: true,
  },
  answer: {
    keys: ['a'],
    label: 'answer',
    about: 'say in one sentence why it happened',
    screens: ['run', 'verdict'],
    command: 'answer',
  },
  grade: {
    keys: ['R'],
    label: 'grade',
    about: 'run the design on hidden seeds',
    screens: ['run', 'verdict'],
    command: 'grade',
    argument: 'seeds',
  },

  // Deciding
  up: {
    keys: ['up', 'k'],
    label: 'up',
    about: 'go up',
    screens: [...lists, 'run', 'verdict', 'seeds'],
    quiet: true,
  },
  down: {
    keys: ['down', 'j'],
    label: 'down',
    about: 'go down',
    screens: [...lists, 'run', 'verdict', 'seeds'],
    quiet: true,
  },
  left: {
    keys: ['left', 'h'],
    label: 'left',
    about: 'go left',
    screens: ['predict', 'choose', 'seeds'],
    quiet: true,
  },
  right: {
    keys: ['right', 'l'],
    label: 'right',
    about: 'go right',
    screens: ['predict', 'choose', 'seeds'],
    quiet: true,
  },
  next: {
    keys: ['tab'],
    label: 'next',
    about: 'go to the next pane, decision, case or side',
    screens: ['choose', 'run', 'why', 'both'],
    quiet: true,
  },
  previous: {
    keys: ['shift-tab'],
    label: 'previous',
    about: 'go to the pane, decision, case or side before',
    screens: ['choose', 'run', 'why', 'both'],
    quiet: true,
  },
  pageUp: {
    keys: ['pageup', 'ctrl-u'],
    label: 'page up',
    about: 'go up half a page',
    screens: [...lists, 'verdict'],
    quiet: true,
  },
  pageDown: {
    keys: ['pagedown', 'ctrl-d'],
    label: 'page down',
    about: 'go down half a page',
    screens: [...lists, 'verdict'],
    quiet: true,
  },
  first: {
    keys: ['g', 'home'],
    label: 'first',
    about: 'go to the first',
    screens: [...lists, 'seeds'],
    quiet: true,
  },
  last: {
    keys: ['G', 'end'],
    label: 'last',
    about: 'go to the last',
    screens: [...lists, 'seeds'],
    quiet: true,
  },
  pick: {
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    label: 'pick',
    about: 'pick by number',
    screens: ['home', 'predict', 'choose', 'why', 'verdict', 'menu'],
  },
  toggle: {
    keys: ['space'],
    label: 'take',
    about: 'take this option, or leave the decision open',
    screens: ['choose'],
  },
  open: {
    keys: ['enter'],
    label: 'open',
    about: 'take or open what is selected, and go on',
    screens: [...lists, 'run', 'verdict', 'seeds', 'both'],
  },
  run: {
    keys: ['r'],
    label: 'run',
    about: 'run the design on the practice seed',
    screens: ['choose'],
    command: 'run',
  },
  undo: {
    keys: ['z'],
    label: 'undo',
    about: 'take the last choice back',
    screens: ['choose'],
    command: 'undo',
  },
  redo: {
    keys: ['Z'],
    label: 'redo',
    about: 'take it again',
    screens: ['choose'],
    command: 'redo',
    quiet: true,
  },
  diff: {
    keys: ['d'],
    label: 'diff',
    about: 'what is different from the last try',
    screens: ['choose'],
    command: 'diff',
  },
  patch: {
    keys: ['p'],
    label: 'patch',
    about: 'what the option changes in the world',
    screens: ['choose'],
    command: 'patch',
  },
  redesign: {
    keys: ['r'],
    label: 'redesign',
    about: 'change the design and try again',
    screens: ['run', 'why', 'verdict', 'compare', 'debrief'],
    command: 'redesign',
  },
  predictAgain: {
    keys: ['P'],
    label: 'predict',
    about: 'say what you expect',
    screens: ['choose'],
    command: 'predict',
    quiet: true,
  },

  // Looking further
  compare: {
    keys: ['c'],
    label: 'compare',
    about: 'two of your designs on equal luck',
    screens: ['run', 'verdict'],
    command: 'compare',
    argument: 'tries',
  },
  both: {
    keys: ['v'],
    label: 'side by side',
    about: 'both designs in one universe, moment by moment',
    screens: ['compare'],
    command: 'both',
  },
  parting: {
    keys: ['D'],
    label: 'parting',
    about: 'go to the moment at which the two runs part',
    screens: ['both'],
  },
  seeds: {
    keys: ['s'],
    label: 'seeds',
    about: 'every universe at a glance',
    screens: ['run', 'verdict', 'compare'],
    command: 'seeds',
  },
  diagram: {
    keys: ['d'],
    label: 'diagram',
    about: 'the same events as lanes',
    screens: ['why'],
    command: 'diagram',
  },
  whatIf: {
    keys: ['w'],
    label: 'what if',
    about: 'the same universe without each fault, and with each option',
    screens: ['why'],
    command: 'whatif',
  },
  nextBroken: {
    keys: ['w'],
    label: 'next broken',
    about: 'go to the next universe that broke, or got worse',
    screens: ['seeds', 'both'],
  },
  debrief: {
    keys: ['b'],
    label: 'debrief',
    about: 'what every option was worth, and when not to use it',
    screens: ['run', 'verdict'],
    command: 'debrief',
  },
  filter: {
    keys: ['/'],
    label: 'filter',
    about: 'show only what contains a word',
    screens: ['home', 'run', 'compare', 'help'],
  },
  sandbox: {
    keys: ['x'],
    label: 'sandbox',
    about: 'the whole store, to play with freely',
    screens: ['home'],
    command: 'sandbox',
  },
  cancel: { keys: ['esc'], label: 'cancel', about: 'stop computing', screens: ['working'] },

  // Everywhere
  hint: {
    keys: ['i'],
    label: 'hint',
    about: 'the next of three hints; each costs a star',
    screens: inExercise,
    command: 'hint',
  },
  brief: {
    keys: ['o'],
    label: 'task',
    about: 'read the task again',
    screens: inExercise,
    command: 'task',
    quiet: true,
  },
  copy: {
    keys: ['y'],
    label: 'copy',
    about: 'copy a code or the text, and show it',
    screens: [...inExercise, 'home'],
    command: 'copy',
    quiet: true,
  },
  goto: {
    keys: [],
    label: 'go to',
    about: 'open an exercise',
    screens: everywhere,
    command: 'goto',
    argument: 'exercise',
  },
  theme: {
    keys: [],
    label: 'theme',
    about: 'dark, light or none',
    screens: everywhere,
    command: 'theme',
    argument: 'palette',
  },
  command: {
    keys: [':'],
    label: 'command',
    about: 'type a command; Tab completes it',
    screens: everywhere,
    quiet: true,
  },
  redraw: {
    keys: ['ctrl-l'],
    label: 'redraw',
    about: 'draw the whole screen again',
    screens: everywhere,
    quiet: true,
  },
  suspend: {
    keys: ['ctrl-z'],
    label: 'suspend',
    about: 'go to the shell; fg comes back',
    screens: everywhere,
    quiet: true,
  },
  back: {
    keys: ['esc'],
    label: 'back',
    about: 'go one level up; nothing is lost',
    screens: SCREENS.filter((name) => name !== 'working'),
    quiet: true,
  },
  help: {
    keys: ['?'],
    label: 'help',
    about: 'the keys of this screen',
    screens: everywhere,
    command: 'help',
  },
  leave: {
    keys: ['q'],
    label: 'home',
    about: 'leave this exercise, or the program; everything is kept',
    screens: everywhere,
    command: 'q',
  },
  quit: {
    keys: ['ctrl-c'],
    label: 'quit',
    about: 'leave the program at once; everything is kept',
    screens: everywhere,
    command: 'quit',
    quiet: true,
  },
} as const satisfies Readonly<Record<string, KeyEntry>>;

export type ActionId = keyof typeof KEYS;

/** The table with its entries' full type. */
export const keyEntries: ReadonlyMap<ActionId, KeyEntry> = new Map(
  Object.entries(KEYS) as [ActionId, KeyEntry][], // the keys of this very object
);

/** Something that a person has asked for. */
export interface Action {
  readonly id: ActionId;
  /** The key that was pressed, where one was: which digit, for example. */
  readonly key: string;
  /** What followed the command; empty for a key. */
  readonly argument: string;
}
