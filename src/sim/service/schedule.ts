import type { Incoming } from '../calls/send.ts';
import { REQUEST } from '../flow/request.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { Name, NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Service } from './service.ts';

interface Settings {
  readonly every: Micros | null;
  readonly at: Micros | null;
  readonly do: string;
}

/** Wakes one live replica at its times, as a cron job does; where none is alive, the time passes unused. */
export class Schedule {
  settings: Settings;
  readonly #system: System;
  readonly #service: Service;
  readonly #name: Name;
  #stopped = false;

  constructor(system: System, service: Service, name: string, settings: Settings) {
    this.#system = system;
    this.#service = service;
    this.#name = new Name(`${service.name}.${name}`);
    this.settings = settings;
    const { at, every } = settings;
    const first = at ?? every;
    if (first !== null && first >= system.sim.now) system.sim.at(first, () => this.#wake());
    else if (every !== null) system.sim.after(every, () => this.#wake());
  }

  stop(): void {
    this.#stopped = true;
  }

  #wake(): void {
    if (this.#stopped) return;
    const { sim, log } = this.#system;
    const replica = this.#service.pick();
    const operation = replica?.operation(this.settings.do);
    if (operation && replica) {
      const cause = log.note('job', this.#name, undefined, NONE, NONE);
      const incoming: Incoming = {
        request: { ...REQUEST, variant: Math.floor(sim.now / 1_000) % 4_294_967_296 },
        operation: operation.place,
        cause,
        expires: NEVER,
        wanted: () => true,
        answer: () => {},
      };
      replica.take(incoming, operation, operation.settings.priority);
    }
    if (this.settings.every !== null) sim.after(this.settings.every, () => this.#wake());
  }
}
