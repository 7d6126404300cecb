import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { FIRST_VERSION } from '../../sim/world/version.ts';
import { Level } from '../channels/level.ts';
import { ownerOf } from '../narration/telling.ts';
import { changesOf, endsOf } from './history.ts';

/** How many instances of a service are special, record by record. */
export interface InstanceLevels {
  /** Those that some caller's sidecar keeps out. */
  readonly ejected: Level;
  /** Those that run another version than the first. */
  readonly newer: Level;
}

/** The levels of every service whose instances were ever ejected or deployed anew. */
export function instanceLevels(run: Run): ReadonlyMap<string, InstanceLevels> {
  const services = new Map<string, InstanceLevels>();
  const levelsOf = (instance: string): InstanceLevels => {
    const service = ownerOf(instance);
    const levels = services.get(service) ?? { ejected: new Level(), newer: new Level() };
    services.set(service, levels);
    return levels;
  };
  const outFor = new Map<string, Set<string>>();
  const newer = new Set<string>();
  const comesBack = (instance: string, caller: string, record: number): void => {
    const callers = outFor.get(instance);
    if (callers?.delete(caller) && callers.size === 0) levelsOf(instance).ejected.add(record, -1);
  };
  for (const { kind, record, place, peer, detail } of changesOf(run)) {
    const [caller] = endsOf(place);
    if (kind === KIND.ejected) {
      const callers = outFor.get(peer) ?? new Set();
      if (callers.size === 0) levelsOf(peer).ejected.add(record, 1);
      outFor.set(peer, callers.add(caller));
    } else if (kind === KIND.returned) comesBack(peer, caller, record);
    else if (kind === KIND.crash) {
      // Its sidecar is gone, and with it what that kept out.
      for (const instance of outFor.keys()) comesBack(instance, place, record);
    } else if (kind === KIND.deployed && newer.has(place) === (detail === FIRST_VERSION)) {
      if (detail === FIRST_VERSION) newer.delete(place);
      else newer.add(place);
      levelsOf(place).newer.add(record, detail === FIRST_VERSION ? -1 : 1);
    }
  }
  return services;
}
