import { keyFor } from '../calls/key-for.ts';
import type { CallSettings } from '../world/schema/calls.ts';
import type { Propagator, SamplerName, TelemetrySettings } from '../world/schema/telemetry.ts';
import type { World } from '../world/schema/world.ts';
import type { TraceContext } from './context.ts';
import { withinRatio } from './context.ts';

/** What one service does about tracing. */
export interface Instrumentation {
  /** Whether it makes spans. Without, it can only copy headers. */
  readonly sdk: boolean;
  readonly propagators: readonly Propagator[];
  readonly sampler: SamplerName;
  /** Parts per million. */
  readonly ratio: number;
  /** Whether its replicas have a sidecar that makes spans. */
  readonly sidecar: boolean;
}

/** Who makes spans in a world, and which context goes where. Of the outside we get neither spans nor context. */
export class Observability {
  readonly settings: TelemetrySettings;
  readonly #world: World;
  readonly #known = new Map<string, Instrumentation>();

  constructor(world: World) {
    this.#world = world;
    this.settings = world.telemetry;
  }

  /** Of a service, partner or client. */
  of(owner: string): Instrumentation {
    const known = this.#known.get(owner) ?? this.#find(owner);
    this.#known.set(owner, known);
    return known;
  }

  #find(owner: string): Instrumentation {
    const { telemetry, services, clients, mesh } = this.#world;
    const ours = services[owner];
    const own = telemetry.services[owner];
    const sdk = ours !== undefined && (own?.instrumented ?? true);
    const meshed = telemetry.mesh !== null && Object.keys(mesh).length > 0;
    return {
      sdk,
      propagators: own?.propagators ?? (sdk ? telemetry.propagators : []),
      sampler: own?.sampler ?? telemetry.sampler,
      ratio: own?.sampler_arg ?? telemetry.sampler_arg,
      sidecar: meshed && ((ours ?? clients[owner])?.sidecar ?? false),
    };
  }

  /** Whether a call hands context on: neither its own setting nor that of its transport drops it. */
  carries(owner: string, target: string): boolean {
    const { propagation } = this.settings;
    const { via, trace } = this.#call(owner, target);
    const channel = target.includes('/') ? target : via;
    const product = channel === null || channel === 'grpc' ? 'http' : channel.slice(0, channel.indexOf('/'));
    return trace && propagation[product as keyof typeof propagation]; // channels are named with a product
  }

  /** The channel that a call travels over; null: it goes from process to process. */
  channelOf(owner: string, target: string): string | null {
    if (target.includes('/')) return target;
    const { via } = this.#call(owner, target);
    return via === 'grpc' ? null : via;
  }

  #call(owner: string, target: string): Pick<CallSettings, 'via' | 'trace'> {
    const { services, externals, clients } = this.#world;
    const calls = (services[owner] ?? externals[owner] ?? clients[owner])?.calls ?? {};
    return calls[keyFor(calls, target)] ?? USUAL;
  }
}

const USUAL = { via: null, trace: true } as const;

/** Whether a new span is recorded (OpenTelemetry SDK, "Sampling"). */
export function samples(
  { sampler, ratio }: Pick<Instrumentation, 'sampler' | 'ratio'>,
  parent: TraceContext | undefined,
  trace: string,
): boolean {
  if (sampler.startsWith('parentbased_') && parent !== undefined) return parent.sampled;
  if (sampler.endsWith('traceidratio')) return withinRatio(trace, ratio);
  return sampler.endsWith('always_on');
}
