import { waitBefore } from '../../../calls/backoff.ts';
import { mix } from '../../../kernel/luck.ts';
import { type Micros, ms, seconds } from '../../../kernel/time.ts';
import type { End, Leg } from '../../../net/network.ts';
import type { Name } from '../../../recorder.ts';
import type { System } from '../../../system.ts';
import type { MessageLuck } from '../../sqs/message.ts';

/** How long the AWS SDK for Java reads from a silent connection (`socketTimeout` of its Apache client). */
const READ_TIMEOUT: Micros = seconds(30);

/** Attempts in all, and what lies between them: the SDKs' standard retry mode. */
const ATTEMPTS = 3;
const BACKOFF = { kind: 'exponential', base: ms(100), max: seconds(20), jitter: 'full' } as const;

/** An answer on its way back. */
interface Answer<T> {
  readonly value: T;
  /** How long the service takes over it. */
  readonly after: Micros;
  readonly cause: number;
  /** Whose luck it travels with; absent: that of the request. */
  readonly luck?: MessageLuck;
  readonly subject?: Name | undefined;
}

/** One request of a consumer to the service's API. */
export interface ApiCall<T> {
  readonly near: End;
  readonly far: End;
  readonly legs: readonly [there: Leg, back: Leg];
  readonly luck: MessageLuck;
  readonly subject: Name | undefined;
  readonly cause: number;
  readonly span: number;
  /** Whether the service can be reached. */
  up(): boolean;
  /** Whether whoever asks still lives. */
  alive(): boolean;
  /** Does something at the caller: now or, while that stands still, when it goes on. */
  whenRunning(action: () => void): void;
  /** At the service: answers once, now or later. */
  serve(cause: number, answer: (answer: Answer<T>) => void): void;
  /** Back at the caller; null where all attempts have failed. */
  done(value: T | null, cause: number): void;
}

/**
 * Makes a request over the network, as the SDKs do: again if no answer comes.
 *
 * An answer that gets lost was given all the same: what a lost receive handed out stays hidden.
 */
export function callApi<T>(system: System, call: ApiCall<T>, attempt = 1): void {
  const { network, sim, log, counted } = system;
  const { near, far, legs, subject, span } = call;
  const variant = attempt === 1 ? call.luck.variant : mix(call.luck.variant, 9_000 + attempt);
  const { key } = call.luck;
  const began = sim.now;
  counted.calls++;

  const lost = (reason: string, cause: number, from: End, to: End, about: Name | undefined): void => {
    log.note('dropped', network.nameOf(from, to), about, cause, span, 0, reason);
    again(Math.max(0, began + READ_TIMEOUT - sim.now), cause);
  };
  const again = (patience: Micros, cause: number): void => {
    const u = system.luck.stream('sqs/sdk').uniform(key, variant);
    const wait = attempt === ATTEMPTS ? 0 : waitBefore(attempt, BACKOFF, u, 0);
    const go = () => {
      if (!call.alive()) return;
      if (attempt === ATTEMPTS) call.done(null, cause);
      else callApi(system, call, attempt + 1);
    };
    sim.after(patience + wait, () => call.whenRunning(go));
  };

  const there = network.send(near, far, legs[0], key, variant, subject, call.cause, span);
  if (there.refused) again(there.delay * 2, there.cause);
  else if (there.lost !== null) lost(there.lost, there.cause, near, far, subject);
  else
    sim.after(there.delay, () => {
      if (call.up()) call.serve(there.cause, answered);
      else again(there.delay, there.cause);
    });

  function answered(answer: Answer<T>): void {
    sim.after(answer.after, () => {
      const luck = answer.luck ?? { key, variant };
      const about = answer.luck ? answer.subject : subject;
      const back = network.send(far, near, legs[1], luck.key, luck.variant, about, answer.cause, span);
      if (back.lost !== null) lost(back.lost, back.cause, far, near, about);
      else {
        const done = () => call.alive() && call.done(answer.value, back.cause);
        sim.after(back.delay, () => call.whenRunning(done));
      }
    });
  }
}
