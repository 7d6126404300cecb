import type { Command } from './command.ts';

/** How the screens look, for commands that open them. */
export const LOOK: NonNullable<Command['options']> = [
  { flags: '--theme <name>', about: 'colours for a dark or a light background, or none' },
  { flags: '--ascii', about: 'no other characters than those of ASCII' },
  { flags: '--reduced-motion', about: 'nothing moves by itself but what was asked for' },
];
