/** The kinds of events that the workloads record. */
export const ARRIVED = 1;
export const SERVED = 2;
export const REPLIED = 3;
export const HELD = 4;
