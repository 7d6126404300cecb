import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** What people do once the cause is gone: all that lies in a dead-letter queue goes back to where it failed. */
export const redrive = defineFault({
  summary: 'Puts the messages of a dead-letter queue back to where they failed',
  targets: ['channel'],
  fields: { redrive: channelPlace },
  inject(site, { redrive: target }) {
    const { sim, brokers } = site.system;
    sim.at(Math.max(site.from, sim.now), () => {
      if (site.strikes(0, 0)) brokers.of(target).redrive(target, site.strike());
    });
  },
});
