import type { Unreachable } from '../net/network.ts';
import type { Replica } from '../service/replica.ts';
import { duration } from '../world/quantities.ts';
import { address } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { endsOfLink } from './targets.ts';

/**
 * A firewall, a balancer or a NAT between two sides forgets connections, and tells nobody: both ends believe in theirs, and
 * whatever is sent over it is lost. New connections are fine.
 *
 * Once, all that are open; with `idleTimeout` each that nothing has passed for so long, which shows when it is used again.
 */
export const halfOpen = defineFault({
  summary:
    'Has somebody on the way forget connections (gRPC): calls over them hang, new connections are fine',
  targets: ['link'],
  fields: {
    halfOpen: address(/^[\w*-]+ -> [\w*-]+$/, 'a link such as checkout -> payment'),
    /** 0s: all that are open when the fault begins. */
    idleTimeout: duration.default(0),
  },
  inject(site, { halfOpen: link, idleTimeout }) {
    const { sim, channels } = site.system;
    const meets = endsOfLink(link);
    if (!meets) return;
    const off: Unreachable = (subject, cause, span) => site.hit(subject, cause, span);
    const forgets = ({ name }: Replica) =>
      site.strikes(name.hash, sim.now) ? { off, record: site.strike() } : null;
    const open = channels.passBy(meets, (replica, usedAt) =>
      idleTimeout > 0 && sim.now - usedAt >= idleTimeout ? forgets(replica) : null,
    );
    if (idleTimeout === 0)
      sim.at(Math.max(site.from, sim.now), () => {
        for (const connection of open()) {
          const forgotten = forgets(connection.replica);
          if (forgotten) connection.forget(forgotten);
        }
      });
  },
});
