import { counted } from '../words.ts';
import type { Law } from './law.ts';

/** Every message that a queue accepted is somewhere. */
export const messages: Law = {
  need: 'messages are conserved: published = acknowledged + given up + lost + waiting + in flight, for each queue',
  *judge(view) {
    let accepted = 0;
    for (const { queue, published, acked, deadLettered, lost, waiting, inFlight } of view.run.queues) {
      accepted += published;
      if (published === acked + deadLettered + lost + waiting + inFlight) continue;
      const where = `${acked} acknowledged, ${deadLettered} given up, ${lost} lost, ${waiting} waiting, ${inFlight} in flight`;
      yield {
        message: `${queue}: ${published} published, but ${where}`,
        subject: null,
        at: view.run.until,
        records: [],
      };
    }
    return `${counted(accepted, 'message')} in ${counted(view.run.queues.length, 'queue')}`;
  },
};
