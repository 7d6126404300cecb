import type { Host } from '../flow/host.ts';
import { mix } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { type Micros, ms, seconds } from '../kernel/time.ts';
import { Name, NONE } from '../recorder.ts';
import type { Replica } from '../service/replica.ts';
import type { System } from '../system.ts';
import { doubtOf } from './certificates.ts';
import type { ConnectFailure, Dial } from './connection-pool.ts';
import type { Mesh } from './mesh.ts';

/** What a TLS handshake costs the two processors: docs/fidelity.md, "The mesh". */
const TLS_WORK: Micros = ms(1);

/** Kernels give up unanswered connection requests after about this long. */
const MOST_PATIENT: Micros = seconds(127);

/**
 * How a sidecar opens connections to the hosts of a service: a round trip for TCP and, where both ends are in the mesh,
 * one more for TLS 1.3, in which each end verifies the other's certificate on its own clock.
 */
export function dialer(system: System, mesh: Mesh, near: Host, service: string): Dial {
  const { sim, network, log } = system;
  const link = new Name(`${near.name.text} -> ${service}`);
  let dialled = 0;
  return function* dial(host, patience): Process<ConnectFailure | null> {
    const far = host.target as Replica; // all hosts are replicas
    const secure = mesh.isSecure(near, far);
    const luck = mix(far.name.hash, ++dialled);
    const way = network.send(near.end, far.end, 'connect', luck, 0, undefined, NONE, NONE);
    if (way.lost !== null) {
      yield sim.sleep(Math.min(patience, MOST_PATIENT));
      return { reason: 'connect-failure', cause: way.cause };
    }
    const time = way.delay * (secure ? 4 : 2) + (secure ? TLS_WORK : 0);
    yield sim.sleep(Math.min(time, patience));
    if (time > patience || way.refused || !far.up || mesh.isCutOff(far))
      return { reason: 'connect-failure', cause: way.cause };
    if (!secure) return null;
    const why = doubtBetween(system, mesh, near, far);
    if (why === null) return null;
    return {
      reason: 'tls',
      cause: log.note('handshakeFailed', link, undefined, NONE, NONE, 0, why, far.name),
    };
  };
}

/** Why two workloads do not accept each other's certificates; null if they do. */
function doubtBetween({ sim: { now }, clocks }: System, mesh: Mesh, near: Host, far: Replica): string | null {
  const [ours, theirs] = [near, far].map(({ owner }) => mesh.showCertificate(owner, now));
  if (!ours || !theirs) return null;
  const server = doubtOf(theirs, now + clocks.skewOf(near), ours.root);
  if (server !== null) return `the certificate of ${far.owner} is ${server}`;
  const client = doubtOf(ours, now + clocks.skewOf(far), theirs.root);
  return client === null ? null : `the certificate of ${near.owner} is ${client}`;
}
