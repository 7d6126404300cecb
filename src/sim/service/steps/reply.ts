import { z } from 'zod';
import { success } from '../../outcome.ts';
import { size } from '../../world/quantities.ts';
import { fields } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Answers the caller; the steps after it go on, and a crash then loses them silently. */
export const reply = defineStep({
  summary: 'Answers the caller; later steps run on',
  fields: {
    reply: fields,
    status: z.int().min(200).max(299).default(200),
    /** What caches may do with it: `max-age=60`, `private`, `no-store` and so on (RFC 9111). */
    'cache-control': z.string().nullable().default(null),
    /** Length of the body, for links with a bandwidth; null: 1 KiB, as every message. */
    bytes: size.nullable().default(null),
  },
  compile({ reply, 'cache-control': cacheControl, bytes }, { place, formulas }) {
    const shape = formulas.shape(reply, `${place.text}.reply`);
    const head =
      cacheControl === null && bytes === null ? undefined : { cacheControl, bytes, notModified: false };
    return {
      instant(frame) {
        const outcome = success(shape(frame), frame.degraded, head);
        frame.reply(outcome);
        return outcome;
      },
    };
  },
});
