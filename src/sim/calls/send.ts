import type { Frame } from '../flow/frame.ts';
import type { Request } from '../flow/request.ts';
import { IDLE_LIMIT } from '../net/network.ts';
import { type Outcome, REFUSED, RESET } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { Exchange } from './exchange.ts';

/** What a callee is handed: the request, and a way to answer it. */
export interface Incoming {
  readonly request: Request;
  /** `payment.charge`. */
  readonly operation: Name;
  /** The record of the call. */
  readonly cause: number;
  readonly sentAt: number;
  /** When the caller will stop waiting, for queues that drop what nobody waits for. */
  readonly expires: number;
  /** Whether somebody still waits for the answer. */
  wanted(): boolean;
  answer(outcome: Outcome, cause: number): void;
}

/** Whom a message can be sent to: a service, or a broker. */
export interface Destination {
  readonly owner: string;
  readonly zone: string | null;
  /** Takes a message that has arrived; false where nobody listens. */
  accept(incoming: Incoming): boolean;
}

/** Sends one message and sees to it that its answer comes back, if the network lets it. */
export function send(
  frame: Frame,
  place: Name,
  operation: Name,
  destination: Destination,
  request: Request,
  exchange: Exchange,
  call: number,
): void {
  const { system, host } = frame;
  const { network, log, sim } = system;
  const near = { owner: host.owner, zone: host.zone };
  const key = frame.key;
  const { variant } = request;
  const { subject, span } = frame;

  const deliver = (outcome: Outcome, cause: number) => {
    if (exchange.closed) {
      if (exchange.dead) return;
      const detail = outcome.ok ? 'ok' : outcome.failure.reason;
      log.note('lateReply', place, subject, cause, call, sim.now - exchange.sentAt, detail, operation);
      return;
    }
    exchange.copies--;
    if (outcome.ok || exchange.copies <= 0) exchange.answered.resolve({ outcome, cause });
  };

  const lose = (
    reason: string,
    cause: number,
    from: { owner: string; zone: string | null },
    to: { owner: string; zone: string | null },
  ) => {
    const dropped = log.note('dropped', network.nameOf(from, to), subject, cause, call, 0, reason);
    if (exchange.expires === Number.POSITIVE_INFINITY) {
      sim.after(IDLE_LIMIT, () => {
        if (exchange.wanted) deliver(RESET, dropped);
      });
    }
  };

  const answer = (outcome: Outcome, cause: number) => {
    const far = { owner: destination.owner, zone: destination.zone };
    const back = network.send(far, near, 'reply', key, variant, subject, cause, span);
    if (back.lost !== null) lose(back.lost, back.cause, far, near);
    else sim.after(back.delay, () => deliver(outcome, back.cause));
  };

  const transit = network.send(
    near,
    { owner: destination.owner, zone: destination.zone },
    'request',
    key,
    variant,
    subject,
    call,
    call,
  );
  if (transit.refused) {
    sim.after(transit.delay * 2, () => deliver(REFUSED, transit.cause));
    return;
  }
  if (transit.lost !== null) {
    lose(transit.lost, transit.cause, near, { owner: destination.owner, zone: destination.zone });
    return;
  }
  sim.after(transit.delay, () => {
    const incoming: Incoming = {
      request,
      operation,
      cause: transit.cause,
      sentAt: exchange.sentAt,
      expires: exchange.expires,
      wanted: () => exchange.wanted,
      answer,
    };
    if (!destination.accept(incoming)) answer(REFUSED, transit.cause);
  });
}
