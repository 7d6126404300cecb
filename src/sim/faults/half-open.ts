import type { Firewall } from '../net/firewall.ts';
import type { Unreachable } from '../net/network.ts';
import { duration } from '../world/quantities.ts';
import { address } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { endsOfLink } from './targets.ts';

/**
 * A firewall, a balancer or a NAT between two sides forgets connections, and tells nobody: both ends believe in theirs, and
 * whatever is sent over it is lost. New connections are fine.
 *
 * Once, all that are open; with `idleTimeout` each that nothing has passed for so long, which shows when it is used again.
 * Of a sidecar's connections over HTTP/1.1 those count that lie idle. A star means databases, too.
 */
export const halfOpen = defineFault({
  summary:
    'Has somebody on the way forget connections (of gRPC, of sidecars and of pools to a database): what is sent over them hangs, new connections are fine',
  targets: ['link'],
  fields: {
    halfOpen: address(
      /^[\w*-]+ -> [\w*-]+(?:\.db)?$/,
      'a link such as checkout -> payment or checkout -> checkout.db',
    ),
    /** 0s: all that are open when the fault begins. */
    idleTimeout: duration.default(0),
  },
  inject(site, { halfOpen: link, idleTimeout }) {
    const { system } = site;
    const { sim } = system;
    const meets = endsOfLink(link);
    if (!meets) return;
    const off: Unreachable = (subject, cause, span) => site.hit(subject, cause, span);
    const forgets = (key: number) => (site.strikes(key, sim.now) ? { off, record: site.strike() } : null);
    const firewall: Firewall = (key, usedAt) =>
      idleTimeout > 0 && sim.now - usedAt >= idleTimeout ? forgets(key) : null;
    const open = [
      system.channels.passBy(meets, firewall),
      system.mesh?.passBy(meets, firewall),
      system.passByPools(meets, firewall),
    ];
    if (idleTimeout > 0) return;
    sim.at(Math.max(site.from, sim.now), () => {
      for (const connection of open.flatMap((those) => those?.() ?? [])) {
        const forgotten = forgets(connection.key);
        if (forgotten) connection.forget(forgotten);
      }
    });
  },
});
