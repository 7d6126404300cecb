import { z } from 'zod';
import type { Frame } from '../flow/frame.ts';
import type { Unreachable } from '../net/network.ts';
import { duration } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { isMeant, serviceOf } from './targets.ts';

/**
 * Kills replicas at a time, or the replica that is just between two steps.
 *
 * `between: [placeOrder.save, placeOrder.tell]` strikes when the first of the two is durable and the other has not begun.
 */
export const crash = defineFault({
  summary: 'Kills a replica or a broker: what was in memory is lost, what was committed stays',
  targets: ['service', 'replica', 'relay', 'broker'],
  fields: {
    crash: place,
    downFor: duration.default(1_000_000),
    /** Its machine dies with it: nothing is refused or reset, callers wait until they give up. */
    host: z.boolean().default(false),
    between: z.tuple([z.string(), z.string()]).nullable().default(null),
  },
  inject(site, { crash: target, at, downFor, host, between }) {
    const { system } = site;
    const off: Unreachable | null = host ? (subject, cause, span) => site.hit(subject, cause, span) : null;
    const reason = host ? 'with its machine' : undefined;
    const node = /^([a-z]+)(?:\[(\d+)\])?$/.exec(target);
    const broker = system.brokers.get(node?.[1] ?? '');
    if (broker) {
      system.sim.at(Math.max(at ?? site.from, system.sim.now), () => {
        if (site.strikes(0, 0))
          broker.crash(node?.[2] === undefined ? null : Number(node[2]), site.strike(), downFor);
      });
      return;
    }
    const found = serviceOf(system, target);
    if (!found) return;
    const { service, index } = found;
    if (between) {
      const told = new Set<string>(); // requests that have passed the second step already, where it comes first
      const requestOf = (frame: Frame) => `${frame.key} ${frame.variant}`;
      system.watch(`${service.name}.${between[1]}`, (frame) => {
        told.add(requestOf(frame));
        return false;
      });
      system.watch(`${service.name}.${between[0]}`, (frame) => {
        if (told.has(requestOf(frame)) || !site.strikes(frame.key, frame.variant)) return false;
        const replica = service.replicas.find(({ name }) => name === frame.host.name);
        if (!replica || !isMeant(replica, index)) return false;
        replica.crash(site.hit(frame.subject, frame.cause, frame.span), downFor, reason, off);
        return true;
      });
      return;
    }
    system.sim.at(Math.max(at ?? site.from, system.sim.now), () => {
      const isRelay = target.includes('.outbox');
      const relayIndex = /\.outbox\[(\d+)\]/.exec(target)?.[1];
      const victims = isRelay
        ? service.relays.filter((_, i) => relayIndex === undefined || i === Number(relayIndex))
        : service.replicas.filter((replica) => replica.up && isMeant(replica, index));
      if (victims.length === 0 || !site.strikes(0, 0)) return;
      const cause = site.strike();
      for (const victim of victims) victim.crash(cause, downFor, reason, off);
    });
  },
});
