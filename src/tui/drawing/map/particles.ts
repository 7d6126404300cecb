import type { Micros } from '../../../sim/kernel/time.ts';
import type { Hop, Letter } from '../model/hops.ts';
import type { Scene } from '../model/scene.ts';

/** A message on its way over a link, at a moment. */
export interface Particle {
  readonly from: string;
  readonly to: string;
  /** 0 at the sender, 1 at the receiver. */
  readonly progress: number;
  readonly letter: Letter;
  readonly record: number;
  /** Whether it is about what is being followed; true for all where nothing is. */
  readonly followed: boolean;
}

/** The moment that is looked at. */
export interface Moment {
  readonly record: number;
  readonly at: Micros;
  /** Virtual seconds in a second of the wall clock. */
  readonly speed: number;
  readonly follow: string | null;
}

/** Microseconds of the wall clock for which a message is seen at least: a hop of 0.2 ms would otherwise never be. */
const SEEN: Micros = 600_000;
/** Above this speed moving letters would lie; links show how much they carry instead. */
export const FASTEST_PARTICLES = 8;
/** Where on its link a lost message is left. */
const LOST_AT = 0.55;

/** The messages that are on their way at a moment. */
export function particlesAt(scene: Scene, { record, at, speed, follow }: Moment): Particle[] {
  const subject = follow === null ? -1 : scene.run.record.names.find(follow);
  const seen = SEEN * Math.min(speed, FASTEST_PARTICLES);
  const { nodes } = scene.topology;
  return scene.hops.around(at, seen).flatMap((hop): Particle[] => {
    const from = nodes[hop.from]?.id;
    const to = nodes[hop.to]?.id;
    if (from === undefined || to === undefined || hop.record > record) return [];
    const progress = progressOf(hop, at, seen);
    if (progress > 1) return [];
    return [
      {
        from,
        to,
        progress: hop.letter === 'x' ? Math.min(progress, LOST_AT) : progress,
        letter: hop.letter,
        record: hop.record,
        followed: follow === null || hop.subject === subject,
      },
    ];
  });
}

/** A message is drawn for as long as it takes, and at least for as long as an eye needs. */
function progressOf({ sent, came }: Hop, at: Micros, seen: Micros): number {
  return (at - sent) / Math.max(1, came - sent, seen);
}
