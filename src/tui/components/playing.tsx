import { useSyncExternalStore } from 'react';
import type { Player } from '../../play/player.ts';
import { shownOn } from '../shown.ts';
import type { Stage } from '../stage.ts';
import { Frame } from './frame.tsx';

const SILENT = () => () => {};

/** Tells whoever draws that the player has moved; nothing is told while it stands. */
const followed = (player: Player) => (onMove: () => void) => {
  const watching = player.positions.subscribe(onMove);
  return () => watching.unsubscribe();
};

const followers = new WeakMap<Player, ReturnType<typeof followed>>();

function followerOf(player: Player): ReturnType<typeof followed> {
  const known = followers.get(player) ?? followed(player);
  followers.set(player, known);
  return known;
}

/** A screen that is drawn again with every step of what plays on it. */
export function Playing({ stage }: { readonly stage: Stage }) {
  const { playing } = stage;
  useSyncExternalStore(playing === null ? SILENT : followerOf(playing), () => playing?.position ?? null);
  const page = shownOn(stage);
  return page ? <Frame props={page.props} ask={page.ask} /> : null;
}
