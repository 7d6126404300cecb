import type { Simulation } from '../../kernel/simulation.ts';

/** What the service knows of time; the kernel's `Simulation` is one. */
export type Clock = Pick<Simulation, 'now' | 'after' | 'timeout' | 'cancel'>;
