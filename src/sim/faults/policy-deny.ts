import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { isMeant, serviceOf } from './targets.ts';

/** Pushes a wrong authorisation policy: sidecars of the service refuse who may come in, with 403. */
export const policyDeny = defineFault({
  summary: 'Makes the sidecars of a service refuse requests that its policies allow',
  targets: ['service', 'replica', 'operation'],
  fields: { policyDeny: place },
  inject(site, { policyDeny: target }) {
    const { mesh } = site.system;
    const found = serviceOf(site.system, target);
    const only = target.includes('.') ? target : null;
    mesh?.policyFaults.push((replica, { operation, request, cause }) => {
      if (replica.owner !== found?.service.name || !isMeant(replica, found.index)) return null;
      if (only !== null && operation.text !== only) return null;
      if (!site.strikes(request.thing?.key ?? 0, request.variant)) return null;
      return site.hit(request.thing?.recorded, cause, cause);
    });
  },
});
