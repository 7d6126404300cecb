import type { Firewall } from '../net/firewall.ts';
import type { Unreachable } from '../net/network.ts';
import type { Name } from '../recorder.ts';
import { duration } from '../world/quantities.ts';
import { address } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { endsOfLink } from './targets.ts';

/**
 * A firewall, a balancer or a NAT between two sides forgets connections, and tells nobody: both ends believe in theirs, and
 * whatever is sent over it is lost. New connections are fine.
 *
 * Once, all that are open; with `idleTimeout` each that nothing has passed for so long, which shows when it is used again.
 * Of a sidecar's connections over HTTP/1.1 those count that lie idle.
 */
export const halfOpen = defineFault({
  summary:
    'Has somebody on the way forget connections (of gRPC and of sidecars): calls over them hang, new connections are fine',
  targets: ['link'],
  fields: {
    halfOpen: address(/^[\w*-]+ -> [\w*-]+$/, 'a link such as checkout -> payment'),
    /** 0s: all that are open when the fault begins. */
    idleTimeout: duration.default(0),
  },
  inject(site, { halfOpen: link, idleTimeout }) {
    const { sim, channels, mesh } = site.system;
    const meets = endsOfLink(link);
    if (!meets) return;
    const off: Unreachable = (subject, cause, span) => site.hit(subject, cause, span);
    const forgets = (replica: Name) =>
      site.strikes(replica.hash, sim.now) ? { off, record: site.strike() } : null;
    const firewall: Firewall = (replica, usedAt) =>
      idleTimeout > 0 && sim.now - usedAt >= idleTimeout ? forgets(replica) : null;
    const ofChannels = channels.passBy(meets, firewall);
    const ofSidecars = mesh?.passBy(meets, firewall);
    if (idleTimeout > 0) return;
    sim.at(Math.max(site.from, sim.now), () => {
      for (const connection of [...ofChannels(), ...(ofSidecars?.() ?? [])]) {
        const forgotten = forgets(connection.replica.name);
        if (forgotten) connection.forget(forgotten);
      }
    });
  },
});
