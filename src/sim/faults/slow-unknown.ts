import type { Request } from '../flow/request.ts';
import { sampler } from '../kernel/distribution.ts';
import { failed } from '../outcome.ts';
import { distribution, share } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { isMeant, serviceOf } from './targets.ts';

/** Of one struck request's luck: how late its answer is, and whether it was done. */
const LATE_DRAW = 1;
const DONE_DRAW = 2;

/** The answer of a partner that has done nothing, when it comes at last. */
const NOT_DONE = failed('503', 503, 'yes');

/**
 * A partner accepts a request and is silent: the answer comes long after its caller has given up. Whether the work was
 * done cannot be told from the outside, and for some it was not.
 */
export const slowUnknown = defineFault({
  summary: 'Makes a partner answer late: what was asked for may have been done at once, or not at all',
  targets: ['service', 'replica', 'operation'],
  fields: {
    slowUnknown: place,
    /** How late the answer is. */
    by: distribution.default({ kind: 'constant', value: 30_000_000 }),
    /** Of those that are struck, the share for which nothing is done. */
    undone: share.default(0),
  },
  inject(site, { slowUnknown: target, by, undone }) {
    const found = serviceOf(site.system, target);
    if (!found) return;
    const only = target.includes('.') ? target : null;
    const late = sampler(by);
    const struck = new WeakMap<Request, { readonly by: number; readonly cause: number }>();
    found.service.troubles.push((replica, operation, { request }, record) => {
      if (!isMeant(replica, found.index) || (only !== null && operation.place.text !== only)) return null;
      const key = request.thing?.key ?? 0;
      if (!site.strikes(key, request.variant)) return null;
      const cause = site.hit(request.thing?.recorded, record, record);
      struck.set(request, { by: Math.round(late(site.draw(key, request.variant, LATE_DRAW))), cause });
      const isDone = site.draw(key, request.variant, DONE_DRAW) * 1_000_000 >= undone;
      return isDone ? null : { outcome: NOT_DONE, cause };
    });
    found.service.lags.push((request) => struck.get(request) ?? null);
  },
});
