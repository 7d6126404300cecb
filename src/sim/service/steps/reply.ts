import { z } from 'zod';
import type { Micros } from '../../kernel/time.ts';
import { type Head, success } from '../../outcome.ts';
import { duration, size } from '../../world/quantities.ts';
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
    /** How long whoever polls is asked to wait before he asks again; null: it does not say. */
    'retry-after': duration.nullable().default(null),
    /** Length of the body, for links with a bandwidth; null: 1 KiB, as every message. */
    bytes: size.nullable().default(null),
  },
  compile(settings, { place, formulas }) {
    const shape = formulas.shape(settings.reply, `${place.text}.reply`);
    const head = headOf(settings);
    return {
      instant(frame) {
        const outcome = success(shape(frame), frame.degraded, head);
        frame.reply(outcome);
        return outcome;
      },
    };
  },
});

interface HeadSettings {
  readonly status: number;
  readonly 'cache-control': string | null;
  readonly 'retry-after': Micros | null;
  readonly bytes: number | null;
}

/** What an answer says beside its body; undefined where that is what every answer says. */
function headOf({ status, 'cache-control': cacheControl, 'retry-after': wait, bytes }: HeadSettings) {
  if (status === 200 && cacheControl === null && wait === null && bytes === null) return undefined;
  return { cacheControl, bytes, notModified: false, status, retryAfter: wait ?? undefined } satisfies Head;
}
