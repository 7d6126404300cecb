import { hashText, mix } from '../../../kernel/luck.ts';
import { type Micros, ms, seconds } from '../../../kernel/time.ts';
import type { End, Leg } from '../../../net/network.ts';
import { NONE } from '../../../recorder.ts';
import type { System } from '../../../system.ts';
import type { Host, Wire } from '../../kafka/wire.ts';
import { ProcessClock } from './process-clock.ts';

/** TCP's first retransmission timeout, doubled each time. */
const RETRANSMIT: Micros = ms(200);
/** By then whoever waits has given up: the default `request.timeout.ms`. */
const PATIENCE: Micros = seconds(30);

/** The simulated network as Kafka's brokers and clients use it: TCP repeats what the network loses. */
export class NetworkWire implements Wire {
  readonly #system: System;
  readonly #ends = new Map<string, End>();
  readonly #sent = new Map<string, number>();
  readonly #cluster: End;

  /** `cluster`: where brokers stand, all that are not told to stand elsewhere. */
  constructor(system: System, cluster: End) {
    this.#system = system;
    this.#cluster = cluster;
  }

  /** Puts a client's process where its replica stands. */
  place(host: Host, end: End): void {
    this.#ends.set(host.name, end);
  }

  send(
    from: Host,
    to: Host,
    _bytes: number,
    arrive: () => void,
    lost: (how: 'refused' | 'vanished') => void,
  ): void {
    const link = `${from.name} -> ${to.name}`;
    const number = (this.#sent.get(link) ?? 0) + 1;
    this.#sent.set(link, number);
    const near = this.#ends.get(from.name);
    const far = this.#ends.get(to.name);
    const leg: Leg = near ? 'request' : far ? 'reply' : 'publish';
    this.#carry(
      near ?? this.#cluster,
      far ?? this.#cluster,
      leg,
      hashText(link),
      number,
      readBy(to, arrive),
      lost,
      0,
      0,
    );
  }

  #carry(
    from: End,
    to: End,
    leg: Leg,
    key: number,
    number: number,
    arrive: () => void,
    lost: (how: 'refused' | 'vanished') => void,
    tries: number,
    waited: Micros,
  ): void {
    const { network, sim, log } = this.#system;
    const variant = tries === 0 ? number : mix(number, 9_000 + tries);
    const transit = network.send(from, to, leg, key, variant, undefined, NONE, NONE);
    if (transit.refused) {
      sim.after(transit.delay * 2, () => lost('refused'));
      return;
    }
    if (transit.lost === null) {
      sim.after(transit.delay, arrive);
      return;
    }
    if (tries === 0)
      log.note('dropped', network.nameOf(from, to), undefined, transit.cause, NONE, 0, transit.lost);
    const wait = Math.min(RETRANSMIT * (1 << tries), PATIENCE - waited);
    sim.after(wait, () => {
      if (waited + wait >= PATIENCE) lost('vanished');
      else this.#carry(from, to, leg, key, number, arrive, lost, tries + 1, waited + wait);
    });
  }
}

/** What has arrived at a process that stands still is read when it goes on. */
function readBy({ clock }: Host, arrive: () => void): () => void {
  return clock instanceof ProcessClock ? () => clock.whenRunning(arrive) : arrive;
}
