import { RESPONSE_FLAGS, type ResponseFlag } from '../../../src/sim/mesh/response-flags.ts';
import { all, BANK, shop } from '../../../src/sim/testing.fixture.ts';
import type { Checked } from '../vectors.ts';

interface Document {
  readonly flags: readonly {
    readonly short: string;
    readonly long: string;
    readonly scope: string;
    readonly status: number | null;
  }[];
  readonly combinations: readonly {
    readonly flags: string;
    readonly status: unknown;
    readonly when: string;
  }[];
}

/** Worlds in which a vector's combination of flags comes about: the shop calls its bank through sidecars. */
const SCENES: ReadonlyMap<string, { readonly world: string; readonly status?: number }> = new Map([
  [
    'connect failures until retries ran out',
    {
      world: `
        mesh: { bank: { retries: { attempts: 2, retryOn: [connect-failure] } } }
        chaos: { cut: { partition: shop | bank, mode: reject } }`,
    },
  ],
  [
    'per-try timeouts until retries ran out',
    {
      world: `
        mesh: { bank: { retries: { attempts: 2, perTryTimeout: 50ms, retryOn: [5xx] } } }
        externals: { bank: { work: 10s } }`,
    },
  ],
  [
    'delay and abort faults both fired',
    {
      world: `{ mesh: { bank: { fault: { delay: { fixedDelay: 1s }, abort: { httpStatus: 418 } } } } }`,
      status: 418,
    },
  ],
  [
    'the application itself answered 503; no proxy flag',
    { world: `{ mesh: { bank: {} }, chaos: { broken: { errors: bank, status: 503 } } }` },
  ],
]);

/** Names and statuses of all flags, and what calls through sidecars are marked with. */
export function envoyResponseFlags(document: unknown): readonly Checked[] {
  const { flags, combinations } = document as Document; // a file of our own
  const ours: Readonly<Record<string, ResponseFlag>> = RESPONSE_FLAGS;
  return [
    {
      name: 'the flags there are',
      expected: flags.map(({ short }) => short).sort(),
      got: Object.keys(ours).sort(),
    },
    ...flags.map(({ short, long, scope, status }) => {
      const flag = ours[short];
      const got = flag && { long: flag.long, scope: flag.tcp ? 'HTTP+TCP' : 'HTTP', status: flag.status };
      return { name: short, expected: { long, scope, status }, got };
    }),
    ...combinations.flatMap(combination),
  ];
}

function combination({ flags, status, when }: Document['combinations'][number]): Checked[] {
  const scene = SCENES.get(when);
  if (!scene) return [{ name: when, expected: { flags, status }, got: 'no scene in which it comes about' }];
  const run = shop(BANK, scene.world);
  const marked = all(run, 'flagged')[0];
  const [answered] = all(run, 'reply', 'bank.charge');
  const got = { flags: marked?.detail ?? '-', status: marked?.value ?? answered?.value };
  return [{ name: when, expected: { flags, status: scene.status ?? status }, got }];
}
