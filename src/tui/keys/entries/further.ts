import type { KeyEntries } from './entry.ts';

/** Keys to look beyond one run: other designs, other luck, other exercises. */
export const FURTHER = {
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
} as const satisfies KeyEntries;
