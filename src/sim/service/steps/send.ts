import { z } from 'zod';
import { CANCELLED } from '../../grpc/status.ts';
import { failed, success } from '../../outcome.ts';
import { size } from '../../world/quantities.ts';
import { fields } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** More messages than one for a caller who expects one. Source: gRPC status codes, "Too many responses (unary)". */
const UNASKED = failed('INTERNAL', 500);

/** Writes one message of a response that comes as a stream (server streaming). */
export const send = defineStep({
  summary: 'Writes a message of a response stream (gRPC)',
  fields: {
    send: fields,
    /** Length of the message. */
    bytes: size.default(1_024),
    /** Wait while the stream is not ready (`isReady`); false: what cannot leave piles up in the writer's memory. */
    untilReady: z.boolean().default(true),
  },
  compile({ send, bytes, untilReady }, { system, place, formulas }) {
    const shape = formulas.shape(send, `${place.text}.send`);
    const { log, sim } = system;
    return {
      *run(frame) {
        const { stream } = frame.request;
        if (!stream) return UNASKED;
        const { subject, span, host } = frame;
        if (untilReady && !stream.ready) {
          const since = frame.now;
          const full = log.note(
            'streamFull',
            place,
            subject,
            frame.cause,
            span,
            stream.unsent,
            undefined,
            host.name,
          );
          frame.cause = full;
          const cause = yield* stream.whenReady();
          frame.cause = log.note(
            'streamReady',
            place,
            subject,
            cause < 0 ? full : cause,
            span,
            frame.now - since,
            undefined,
            host.name,
          );
        }
        if (stream.over) return CANCELLED;
        const body = shape(frame);
        frame.cause = log.note(
          'streamWritten',
          place,
          subject,
          frame.cause,
          span,
          stream.unsent,
          undefined,
          host.name,
        );
        stream.write(body, bytes, frame.cause);
        if (stream.over) yield sim.sleep(0); // its process died of it: this ends here
        return success(body);
      },
    };
  },
});
