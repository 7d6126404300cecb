import { failed } from '../outcome.ts';
import { compileForward } from '../service/route.ts';
import { operationPlace, place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { isMeant, serviceOf } from './targets.ts';

const NO_ROUTE = failed('404', 404);

/** A wrong entry in a gateway's table of routes: what comes in there goes elsewhere, or nowhere. */
export const misroute = defineFault({
  summary: 'Sends what comes in by a route of a gateway to another operation, or answers 404',
  targets: ['operation'],
  fields: {
    /** A route, of all replicas or of one: `gateway.page`, `gateway[1].page`. */
    misroute: place,
    /** Where it goes instead; null: there is no such route. */
    to: operationPlace.nullable().default(null),
  },
  inject(site, { misroute: target, to }) {
    const { system } = site;
    const found = serviceOf(system, target);
    if (!found) return;
    const { service, index } = found;
    const name = target.slice(target.indexOf('.') + 1);
    const wrong = to === null ? null : compileForward(system, service.name, name, to);
    service.detours.push((route, frame) => {
      if (route !== name || !site.active) return null;
      const replica = service.replicas.find(({ name }) => name === frame.host.name);
      if (!replica || !isMeant(replica, index) || !site.strikes(frame.key, frame.variant)) return null;
      frame.cause = site.hit(frame.subject, frame.cause, frame.span);
      return wrong ?? nowhere;
    });
  },
});

function* nowhere() {
  return NO_ROUTE;
}
