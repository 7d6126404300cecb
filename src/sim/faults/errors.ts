import { z } from 'zod';
import { failed } from '../outcome.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { databaseOf, refuseRequests } from './targets.ts';

/** Answers with an error instead of doing the work; a database refuses the statement. */
export const errors = defineFault({
  summary: 'Makes an operation, service, replica or database answer with an error',
  targets: ['service', 'replica', 'operation', 'database'],
  fields: { errors: place, status: z.int().min(400).max(599).default(503) },
  inject(site, { errors: target, status }) {
    const { system } = site;
    const database = databaseOf(system, target);
    if (database) {
      database.trouble.push({
        stretch: (_frame, time) => time,
        fails(frame) {
          if (!site.strikes(frame.key, frame.variant)) return false;
          frame.cause = site.hit(frame.subject, frame.cause, frame.span);
          return true;
        },
      });
      return;
    }
    refuseRequests(site, target, failed(String(status), status));
  },
});
