import type { Both } from '../play/engine.ts';
import type { Player } from '../play/player.ts';
import type { ScreenName } from './keys/table.ts';

/** One line that can be picked. */
interface MenuItem {
  readonly label: string;
  readonly act: () => void;
}

/** One row of the help: a key, what it does, and why it does not do it now. */
export interface HelpRow {
  readonly keys: string;
  readonly about: string;
  readonly command: string;
  readonly why: string | null;
}

/** What lies over a screen until Esc; closing it loses nothing. */
export type Overlay =
  | { readonly kind: 'help'; readonly screen: ScreenName; readonly rows: readonly HelpRow[] }
  /** Prose is filled to the width; what is `verbatim` keeps its lines. */
  | {
      readonly kind: 'text';
      readonly title: string;
      readonly text: string;
      readonly verbatim: boolean;
    }
  | {
      readonly kind: 'menu';
      readonly title: string;
      readonly text: string;
      readonly items: readonly MenuItem[];
    }
  | { readonly kind: 'seeds' }
  /** Two designs in one universe, and the player that moves along both. */
  | {
      readonly kind: 'both';
      readonly pair: Both;
      readonly seed: string;
      readonly player: Player;
    };
