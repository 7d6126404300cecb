declare const wait: unique symbol;

/** What a process yields after it has arranged to be woken. It carries nothing. */
export interface Wait {
  readonly [wait]: true;
}

/** The one value that processes yield: it only suspends, and says nothing. */
export const WAIT = Object.freeze({}) as Wait; // the brand exists for the compiler only

/** Behaviour over virtual time: a generator that the simulation resumes. */
export type Process<R = void> = Generator<Wait, R, unknown>;
