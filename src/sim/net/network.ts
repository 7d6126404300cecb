import { type Sampler, sampler } from '../kernel/distribution.ts';
import type { Luck, Stream } from '../kernel/luck.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { type Micros, ms, seconds } from '../kernel/time.ts';
import { Name } from '../recorder.ts';
import type { Link as LinkSettings, World } from '../world/schema/world.ts';

/** One end of a link: a service, client or broker, and where it stands. Known by its identity: each owner keeps its own. */
export interface End {
  readonly owner: string;
  readonly zone: string | null;
  /** While its machine is off: nothing comes there or from there; tells of each message that is lost so. */
  readonly off?: Unreachable | null;
  /** What is said of a message that is lost so; absent: its machine is off. */
  readonly why?: string;
}

/** A connection that somebody on the way has forgotten, and one end or both believe in. */
export const HALF_OPEN = 'half-open';

/** Tells of something that was lost; the record of that. */
export type Unreachable = (subject: Name | undefined, cause: number, span: number) => number;

export type Leg = 'connect' | 'request' | 'reply' | 'publish' | 'confirm' | 'delivery' | 'ack';

/** One message on its way; faults may change what becomes of it. */
export interface Transit {
  readonly from: string;
  readonly to: string;
  readonly leg: Leg;
  readonly key: number;
  readonly variant: number;
  readonly subject: Name | undefined;
  readonly span: number;
  cause: number;
  delay: Micros;
  /** Why it will not arrive; null if it will. */
  lost: string | null;
  /** The sender is told at once that there is no way. */
  refused: boolean;
}

export type Interceptor = (transit: Transit) => void;

/** Round trips within a zone and between zones of a region: docs/fidelity.md, "Links". */
const SAME_ZONE = { kind: 'lognormal', median: 250, sigma: 0.5 } as const;
const CROSS_ZONE = { kind: 'lognormal', median: 1_000, sigma: 0.394 } as const;

/** TCP's first retransmission timeout, doubled each time, and how often it tries before it gives up. */
const RETRANSMIT: Micros = ms(200);
const RETRANSMISSIONS = 6;

/** What a message counts against a link's bandwidth unless it says otherwise, in bytes. */
export const MESSAGE_BYTES = 1_024;

/** How long a lost answer keeps a caller without timeout waiting: the usual idle limit of a connection. */
export const IDLE_LIMIT: Micros = seconds(120);

/** So long TCP sends the same again before it gives a connection up on which nobody answers (Linux: tcp_retries2 of 15). */
export const TCP_PATIENCE: Micros = seconds(924) + 600_000;

class Link {
  readonly name: Name;
  readonly interceptors: Interceptor[] = [];
  readonly time: Sampler;
  readonly settings: LinkSettings | undefined;
  readonly stream: Stream;
  busyUntil: Micros = 0;

  constructor(name: string, time: Sampler, settings: LinkSettings | undefined, stream: Stream) {
    this.name = new Name(name);
    this.time = time;
    this.settings = settings;
    this.stream = stream;
  }
}

const LEGS: Readonly<Record<Leg, number>> = {
  request: 0,
  reply: 16,
  publish: 32,
  confirm: 48,
  delivery: 64,
  ack: 80,
  connect: 96,
};

const isNarrow = ({ links }: World['network']): boolean =>
  Object.values(links).some(({ bandwidth }) => bandwidth !== null);

/** Who can reach whom, and how long it takes. */
export class Network {
  readonly #sim: Simulation;
  readonly #luck: Luck;
  #settings: World['network'];
  #narrow: boolean;
  readonly #links = new Map<End, Map<End, Link>>();
  readonly #hooks: { readonly meets: (from: End, to: End) => boolean; readonly interceptor: Interceptor }[] =
    [];

  constructor(sim: Simulation, luck: Luck, settings: World['network']) {
    this.#sim = sim;
    this.#luck = luck;
    this.#settings = settings;
    this.#narrow = isNarrow(settings);
  }

  /** Whether any link has a bandwidth, so that it matters how long messages are. */
  get narrow(): boolean {
    return this.#narrow;
  }

  /** Takes new links; what is on its way arrives as it was sent. */
  apply(settings: World['network']): void {
    this.#settings = settings;
    this.#narrow = isNarrow(settings);
    this.#links.clear();
  }

  /** Puts a fault on every link whose two ends it names, now and later. */
  intercept(meets: (from: End, to: End) => boolean, interceptor: Interceptor): void {
    this.#hooks.push({ meets, interceptor });
    this.#links.clear();
  }

  /** Decides how long one message takes, and whether it arrives. */
  send(
    from: End,
    to: End,
    leg: Leg,
    key: number,
    variant: number,
    subject: Name | undefined,
    cause: number,
    span: number,
    bytes = MESSAGE_BYTES,
  ): Transit {
    const link = this.#link(from, to);
    const draw = LEGS[leg];
    let delay = Math.round(link.time(link.stream.uniform(key, variant, draw)) / 2);
    let lost: string | null = null;
    if (link.settings) {
      const { loss, bandwidth } = link.settings;
      if (loss > 0) {
        let times = 0;
        while (times < RETRANSMISSIONS && link.stream.chance(loss, key, variant, draw + 1 + times)) {
          delay += RETRANSMIT * (1 << times++);
        }
        if (times === RETRANSMISSIONS) lost = 'loss';
      }
      if (bandwidth !== null && bandwidth > 0) {
        const begins = Math.max(this.#sim.now, link.busyUntil);
        link.busyUntil = begins + Math.round((bytes * 1_000_000) / bandwidth);
        delay += link.busyUntil - this.#sim.now;
      }
    }
    const off = from.off ?? to.off;
    if (off) lost = (from.off ? from.why : to.why) ?? 'host down';
    const transit: Transit = {
      from: from.owner,
      to: to.owner,
      leg,
      key,
      variant,
      subject,
      span,
      cause: off ? off(subject, cause, span) : cause,
      delay,
      lost,
      refused: false,
    };
    for (const interceptor of link.interceptors) interceptor(transit);
    return transit;
  }

  /** The name of the link between two ends, for the record. */
  nameOf(from: End, to: End): Name {
    return this.#link(from, to).name;
  }

  #link(from: End, to: End): Link {
    let links = this.#links.get(from);
    if (!links) {
      links = new Map();
      this.#links.set(from, links);
    }
    let link = links.get(to);
    if (!link) {
      link = this.#make(from, to);
      links.set(to, link);
    }
    return link;
  }

  #make(from: End, to: End): Link {
    const settings = this.#find(from, to);
    const apart = from.zone !== null && to.zone !== null && from.zone !== to.zone;
    const rtt = settings?.rtt ?? (apart ? CROSS_ZONE : SAME_ZONE);
    const name = `${from.owner} -> ${to.owner}`;
    const link = new Link(name, sampler(rtt), settings, this.#luck.stream(`link/${name}`));
    for (const { meets, interceptor } of this.#hooks)
      if (meets(from, to)) link.interceptors.push(interceptor);
    return link;
  }

  /** The most specific description of a link, in either direction: by names, then with a star, then by zones. */
  #find(from: End, to: End): LinkSettings | undefined {
    const { links } = this.#settings;
    const zones = from.zone && to.zone ? [[from.zone, to.zone] as const] : [];
    const pairs = [
      [from.owner, to.owner] as const,
      [from.owner, '*'] as const,
      ['*', to.owner] as const,
      ...zones,
      ['*', '*'] as const,
    ];
    for (const [a, b] of pairs) {
      const found = links[`${a} -> ${b}`] ?? links[`${b} -> ${a}`];
      if (found) return found;
    }
    return undefined;
  }
}
