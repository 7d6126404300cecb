import { z } from 'zod';
import { failed } from '../outcome.ts';
import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/**
 * Makes messages of a channel impossible to handle: whoever takes one fails, every time, or dies of it.
 *
 * Those of a queue or topic harm its own consumers only, wherever they get them from; who reads its dead letters does
 * not. Those of an exchange harm whoever gets one.
 */
export const poison = defineFault({
  summary: 'Puts messages into a channel that nobody can handle',
  targets: ['channel'],
  fields: {
    poison: channelPlace,
    /** The consumer's process dies of it, and comes back a second later. */
    crash: z.boolean().default(false),
    /** What the handler answers otherwise: 500 and above looks like a fault of the moment. */
    status: z.int().min(400).max(599).default(500),
  },
  inject(site, { poison: target, crash, status }) {
    const { brokers, world } = site.system;
    const services = [...Object.values(world.services), ...Object.values(world.externals)];
    const consumed = services.some(({ consumers }) =>
      Object.values(consumers).some(({ from }) => [from].flat().includes(target)),
    );
    const channel = consumed ? target : null;
    const outcome = failed(String(status), status);
    brokers.of(target).intercept(target, ({ id, thing, variant }) => {
      if (brokers.poisoned.has(id) || !site.strikes(thing?.key ?? id, variant)) return null;
      brokers.poisoned.set(id, {
        outcome,
        crash,
        channel,
        strike: (cause) => site.hit(thing?.recorded, cause, cause),
      });
      return null;
    });
  },
});
