import type { Destination, Outgoing, Target } from '../calls/send.ts';
import type { Host } from '../flow/host.ts';
import type { End } from '../net/network.ts';
import { type Outcome, REFUSED } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Envelope } from './envelope.ts';
import { productOf } from './message-broker.ts';

/** A body of which nothing is said. */
const USUAL_SIZE = 1_024;

/** Where the answer to a message goes: to the process that sent it, and to the call in it that waits (Return Address, Correlation Identifier). */
export interface ReplyAddress {
  /** Sends an answer from where a message was handled. It is sent once: if it is lost, or nobody waits, that is that. */
  answer(from: End, outcome: Outcome, cause: number): void;
}

/**
 * A call that travels as a message over a channel, to whoever consumes it.
 *
 * With `reply` the caller waits for the consumer's answer, which comes over the broker by a way of its own that keeps
 * nothing (RabbitMQ, "Direct Reply-to"); without, for the broker's confirm only.
 */
export function overChannel(
  system: System,
  host: Host,
  channel: string,
  type: string,
  reply: boolean,
): Destination {
  const place = new Name(channel);
  return {
    carry(outgoing) {
      const waiting = reply ? outgoing : null;
      const broker = system.brokers.of(channel);
      const envelope = envelopeOf(
        system,
        outgoing,
        channel,
        type,
        waiting && addressOf(system, waiting, channel),
      );
      const inner = broker.destination(host, envelope, () => {});
      // With a reply to come, a confirm is no answer yet.
      const settle = (outcome: Outcome, cause: number): void => {
        if (!waiting || !outcome.ok) outgoing.settle(outcome, cause);
      };
      const { request, near, cause, expires } = outgoing;
      const wanted = () => outgoing.wanted();
      if ('carry' in inner) inner.carry({ request, near, cause, expires, wanted, settle });
      else if ('target' in inner) deliver(system, outgoing, inner.target(), place, settle);
    },
  };
}

function envelopeOf(
  system: System,
  { request }: Outgoing,
  channel: string,
  type: string,
  replyTo: ReplyAddress | null,
): Envelope {
  const { body, thing, variant } = request;
  return {
    id: system.nextMessage(),
    channel,
    type,
    key: thing?.name ?? null,
    body,
    headers: {},
    thing,
    variant,
    createdAt: system.sim.now,
    size: USUAL_SIZE,
    expiration: null,
    priority: null,
    deduplicationId: null,
    delaySeconds: null,
    replyTo,
  };
}

/** One hop to the broker and its confirm back, as of any publish. */
function deliver(
  system: System,
  outgoing: Outgoing,
  target: Target,
  operation: Name,
  settle: (outcome: Outcome, cause: number) => void,
): void {
  const { end } = target;
  const { network, sim, log } = system;
  const { near, request, cause: call } = outgoing;
  const { thing, variant } = request;
  const key = thing?.key ?? 0;
  const subject = thing?.recorded;
  const back = (outcome: Outcome, cause: number): void => {
    const transit = network.send(end, near, 'reply', key, variant, subject, cause, call);
    if (transit.lost !== null) lost(end, near, transit.lost, transit.cause);
    else sim.after(transit.delay, () => settle(outcome, transit.cause));
  };
  const lost = (from: End, to: End, reason: string, cause: number): void => {
    log.note('dropped', network.nameOf(from, to), subject, cause, call, 0, reason);
  };
  const there = network.send(near, end, 'request', key, variant, subject, call, call);
  if (there.refused) sim.after(there.delay * 2, () => settle(REFUSED, there.cause));
  else if (there.lost !== null) lost(near, end, there.lost, there.cause);
  else
    sim.after(there.delay, () => {
      const { expires } = outgoing;
      const wanted = () => outgoing.wanted();
      const incoming = { request, operation, cause: there.cause, expires, wanted, answer: back };
      if (!target.accept(incoming)) back(REFUSED, there.cause);
    });
}

function addressOf(system: System, outgoing: Outgoing, channel: string): ReplyAddress {
  const place = new Name(channel);
  return {
    answer(from, outcome, cause) {
      const { network, sim, log, brokers } = system;
      const { thing, variant } = outgoing.request;
      const middle = brokers.end(productOf(channel));
      const key = thing?.key ?? 0;
      const subject = thing?.recorded;
      const hop = (
        a: End,
        b: End,
        leg: 'request' | 'delivery',
        why: number,
        arrived: (c: number) => void,
      ): void => {
        const transit = network.send(a, b, leg, key, variant, subject, why, why);
        if (transit.lost !== null || transit.refused)
          log.note(
            'dropped',
            network.nameOf(a, b),
            subject,
            transit.cause,
            why,
            0,
            transit.lost ?? 'refused',
          );
        else sim.after(transit.delay, () => arrived(transit.cause));
      };
      hop(from, middle, 'request', cause, (arrived) => {
        const record = log.note('replied', place, subject, arrived, outgoing.cause);
        hop(middle, outgoing.near, 'delivery', record, (back) => outgoing.settle(outcome, back));
      });
    },
  };
}
