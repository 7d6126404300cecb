import { useSyncExternalStore } from 'react';
import type { Player } from '../../../play/player.ts';
import { Frame } from '../../components/frame.tsx';
import { shownOn } from '../../shown.ts';
import type { Stage } from '../../stage.ts';

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

/** The run screen, drawn again with every step of its player. */
export function RunScreen({ stage }: { readonly stage: Stage }) {
  const player = stage.visit?.player ?? null;
  useSyncExternalStore(player === null ? SILENT : followerOf(player), () => player?.position ?? null);
  const page = shownOn(stage);
  return page ? <Frame props={page.props} ask={page.ask} /> : null;
}
