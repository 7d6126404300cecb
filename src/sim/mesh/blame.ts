import type { Name } from '../recorder.ts';
import type { MeshDestination } from '../world/schema/mesh.ts';
import type { Flag } from './response-flags.ts';

/** Settings that a proxy was given for a destination by mistake. */
export interface WrongSettings {
  readonly set: Partial<MeshDestination>;
  /** A failure may come of them: the record of that. */
  readonly hit: (subject: Name | undefined, cause: number, span: number) => number;
}

type Setting = keyof MeshDestination;

/** What says that a proxy refused a request to its own application. */
export const DENIED = 'denied';

/** What says that the host itself has answered, and not well. */
const ANSWERED = 'answered';

/** How long it takes until something is sent, or given up. */
const PACE: readonly Setting[] = ['timeout', 'retries', 'connectionPool', 'proxy'];
/** Who is asked, and how often. */
const CHOICE: readonly Setting[] = ['route', 'match', 'rollout', 'loadBalancer', 'retries'];

/** Settings that a failure may come of, by what the proxy says of it. */
const BEHIND: Readonly<Partial<Record<Flag | typeof DENIED | typeof ANSWERED, readonly Setting[]>>> = {
  UH: ['route', 'match', 'rollout', 'outlierDetection'],
  NR: ['route', 'match'],
  UF: ['connectionPool', 'mtls', 'certificates', 'retries'],
  UO: ['connectionPool', 'retries'],
  URX: ['retries'],
  UT: PACE,
  DC: PACE,
  DI: ['fault'],
  FI: ['fault'],
  denied: ['mtls', 'authorization', 'deny'],
  answered: CHOICE,
};

/** Whether a failure may come of these settings: by the flags of the proxy, or by what else says so. */
function mayComeOf(set: Partial<MeshDestination>, signs: readonly string[]): boolean {
  const told = signs.length === 0 ? [ANSWERED] : signs;
  if (set.profile !== undefined) return true; // others' defaults, for everything
  return told.some((sign) =>
    BEHIND[sign as keyof typeof BEHIND]?.some((setting) => set[setting] !== undefined),
  );
}

/** Leads a failure back to wrong settings that it may come of: the record to go on with. */
export function blamed(
  wrong: readonly WrongSettings[],
  signs: readonly (Flag | typeof DENIED)[],
  subject: Name | undefined,
  cause: number,
  span: number,
): number {
  return wrong.reduce((led, { set, hit }) => (mayComeOf(set, signs) ? hit(subject, led, span) : led), cause);
}
